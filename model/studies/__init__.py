"""Studies: callers of the scenario runner that fix decisions, change figures within their ranges and compare."""
