"""Projects that can never be built, savings that exceed what there is to save."""

from collections.abc import Mapping

from network.cell_checks import show
from network.parameters import PARAMETERS
from network.problems import Problem, nearest
from network.typed_frame import TypedTable

_Needs = tuple[set[str], set[str]]  # all_of, any_of


def prerequisite_cycles(tables: Mapping[str, TypedTable]) -> list[Problem]:
    """Projects that need each other, so that none can be the first."""
    typed = tables["projects"]
    frame = typed.frame
    known = set(frame["project_id"])
    blocked: dict[str, _Needs] = {
        name: (set(all_of) & known, set(any_of) & known)
        for name, all_of, any_of in zip(frame["project_id"], frame["all_of"], frame["any_of"], strict=True)
    }
    while free := [name for name, needs in blocked.items() if not _in_the_way(needs, blocked)]:
        for name in free:
            del blocked[name]
    problems = []
    for position, name in enumerate(frame["project_id"]):
        cycle = _cycle(name, blocked) if name in blocked else []
        if cycle and name == min(cycle):
            column = "all_of" if cycle[1 % len(cycle)] in blocked[name][0] else "any_of"
            problems.append(typed.problem(position, column, " needs ".join([*cycle, name]), "no circle of needs"))
    return problems


def _in_the_way(needs: _Needs, blocked: Mapping[str, _Needs]) -> set[str]:
    """Blocked projects that keep one with these needs from being built."""
    all_of, any_of = needs
    return (all_of & blocked.keys()) | (any_of if any_of <= blocked.keys() else set())


def _cycle(start: str, blocked: Mapping[str, _Needs]) -> list[str]:
    """Projects on the circle that leads from a blocked project back to it; empty where it leads to another circle."""
    path = [start]
    while True:
        following = min(_in_the_way(blocked[path[-1]], blocked))
        if following == start:
            return path
        if following in path:
            return []
        path.append(following)


def contradictory_projects(tables: Mapping[str, TypedTable]) -> list[Problem]:
    """Projects that exclude themselves or what they need."""
    typed = tables["projects"]
    problems = []
    columns = (typed.frame[name] for name in ("project_id", "all_of", "excludes"))
    for position, (project, all_of, excludes) in enumerate(zip(*columns, strict=True)):
        for name in excludes:
            if name == project or name in all_of:
                expected = f"neither {project} itself nor a project that it needs"
                problems.append(typed.problem(position, "excludes", name, expected))
    return problems


def excessive_savings(tables: Mapping[str, TypedTable]) -> list[Problem]:
    """Links on which the projects together save all of the time or of the cost, or more."""
    links, effects, projects = tables["links"], tables["project_effects"], tables["projects"]
    to_come = projects.frame.loc[projects.frame["in_base"].fillna(0) == 0, "project_id"]
    frame = effects.frame
    frame = frame[(frame["target"] == "link") & frame["project_id"].isin(to_come)]
    columns = ["transit_time_h", "dwell_from_h", "dwell_to_h"]
    own = links.frame.drop_duplicates("link_id").set_index("link_id")[columns].sum(axis=1)
    problems = []
    for name, rows in frame.groupby("target_id", sort=False):
        if name not in own.index:
            continue
        hours, share = rows["time_saved_h"].sum(), rows["cost_saving_share"].sum()
        last = rows.index[-1]
        if hours > 0 and hours >= own[name]:
            expected = f"less than the {show(own[name])} h of run and dwell of link {name}, all projects together"
            problems.append(effects.problem(last, "time_saved_h", f"{hours:.4g} h in all", expected))
        if share >= 1:
            expected = f"less than 1 on link {name}, all projects together"
            problems.append(effects.problem(last, "cost_saving_share", f"{share:.4g} in all", expected))
    return problems


def unknown_parameters(tables: Mapping[str, TypedTable]) -> list[Problem]:
    """Parameters that nothing reads, and values that make no sense."""
    typed = tables["parameters"]
    declared = {parameter.name: parameter for parameter in PARAMETERS}
    problems = []
    for position, (name, value) in enumerate(zip(typed.frame["parameter"], typed.frame["value"], strict=True)):
        known = declared.get(name)
        if name and known is None:
            hint = nearest(name, declared) or f"Parameters: {', '.join(declared)}."
            problems.append(typed.problem(position, "parameter", name, "a parameter of the engine", hint))
        elif (
            known
            and not typed.faulty["value"][position]
            and (value < known.minimum or (known.maximum is not None and value > known.maximum))
        ):
            upper = "" if known.maximum is None else f" and at most {show(known.maximum)}"
            problems.append(
                typed.problem(position, "value", show(value), f"at least {show(known.minimum)}{upper} for {name}")
            )
    return problems
