"""KPI: performance tables become projects, funds and indicators, and flags of their quality."""
