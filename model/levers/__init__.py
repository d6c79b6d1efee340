"""The levers a scenario may pull. A new lever is one file here and one name in ``LEVERS``."""

from model.levers.base import Lever
from model.levers.budget import Budget
from model.levers.capacity import Capacity
from model.levers.carbon_price import CarbonPrice
from model.levers.chain_control import ChainControl
from model.levers.chain_facility import ChainFacility
from model.levers.chain_figure import ChainFigure
from model.levers.closure import Closure
from model.levers.cost import Cost
from model.levers.demand import Demand
from model.levers.discount_rate import DiscountRate
from model.levers.duty import Duty, DutyEnd
from model.levers.elasticity import Elasticity
from model.levers.fuel import Fuel
from model.levers.ntr import Ntr
from model.levers.origin_share import OriginShare
from model.levers.project import Project
from model.levers.project_effect import ProjectEffect
from model.levers.refusal import Refusal
from model.levers.sanction import Sanction
from model.levers.time import Time
from model.levers.trade_limit import TradeLimit

__all__ = ["LEVERS", "Lever"]

LEVERS: tuple[type[Lever], ...] = (
    Closure,
    Capacity,
    Cost,
    Fuel,
    Time,
    Demand,
    Project,
    ProjectEffect,
    Budget,
    DiscountRate,
    CarbonPrice,
    Refusal,
    Duty,
    DutyEnd,
    Ntr,
    TradeLimit,
    OriginShare,
    Sanction,
    Elasticity,
    ChainControl,
    ChainFacility,
    ChainFigure,
)
