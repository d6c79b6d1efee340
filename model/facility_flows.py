"""What facilities run in a solved block, what is left over, and what goods are worth at them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.block_part import KILO, BlockPart
from model.problem import Block, ProcessingRows
from model.solver import Answer

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class FacilityFlows:
    """Facilities of a solved block.

    Attributes:
        rows: the facilities and their goods.
        run, capacity: kt of throughput by facility. capacity_price: million USD per kt, >= 0.
        surplus: kt of each row of the goods that is made and left over (0 for inputs).
        goods_price: USD per t by row of the goods, what one more tonne at the facility is worth.
    """

    rows: ProcessingRows
    run: Floats
    capacity: Floats
    capacity_price: Floats
    surplus: Floats
    goods_price: Floats

    @property
    def gate_price(self) -> Floats:
        """USD per t that each class pays for its good at the facility that makes it; 0 where none does."""
        return self._by_class(self.rows.made)

    @property
    def use_price(self) -> Floats:
        """USD per t that the facility which uses a class pays for it, delivered; 0 where none does."""
        return self._by_class(self.rows.used)

    def _by_class(self, row: Ints) -> Floats:
        price: Floats = np.append(self.goods_price, 0.0)[row]  # -1, no row, is the last
        return price


def facility_flows(block: Block, part: BlockPart, answer: Answer, built: Floats) -> FacilityFlows:
    """Read a solved block.

    Args:
        built: share of each project in service.
    """
    rows = block.processing
    count, added = len(rows.facilities), rows.project_amount * built[rows.project]
    # A larger right-hand side of a balance is a tonne more to be used, a cost, or one that need not be made, a gift.
    price = part.row_prices(answer, "facility_balance", len(rows.goods)) * KILO
    surplus = np.zeros(len(rows.goods))
    surplus[rows.outputs] = part.variable(answer, "surplus", len(rows.outputs))
    return FacilityFlows(
        rows=rows,
        run=part.variable(answer, "run", count),
        capacity=rows.capacity + np.bincount(rows.project_facility, weights=added, minlength=count),
        capacity_price=np.maximum(-part.row_prices(answer, "facility_capacity", count), 0.0),
        surplus=surplus,
        goods_price=np.where(rows.goods["side"] == "output", -price, price),
    )
