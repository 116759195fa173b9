"""KPI: performance tables become projects, funds and indicators."""
