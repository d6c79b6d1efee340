"""Who pays for what is built: offers of funders, the bank's balance sheet, caps on powers, covenants from flows."""
