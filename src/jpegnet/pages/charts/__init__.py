"""The charts, one module a chapter: functions from a study's results to a figure."""
