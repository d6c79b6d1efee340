"""Finance of projects, loans and lenders: pure functions on arrays, without tables, solver or files.

Money is in one unit chosen by the caller, rates are shares a year (0.05 = 5 %), years are the last axis.

* cashflow: present value, internal rates of return, modified rate, payback, ratios of benefit to cost
* debt: drawdown with interest during construction, amortisation, debt that a cash flow carries, average life
* ratios: cover of debt service, over the year, the loan's life and the project's life
* concessional: grant element, rules of the OECD's Development Assistance Committee
* cost_of_capital: WACC, cost of equity with country risk, inflation and exchange rates
* credit_risk: expected and unexpected loss, Basel capital, RAROC, provisions
* concentration: Herfindahl index, look-through from funders to the powers behind them
* voting: Banzhaf and Shapley-Shubik power, who can block
* draws: reference-class draws and when they are enough
* sensitivity: switching values and tornado rows
"""
