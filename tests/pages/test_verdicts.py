"""The table of aims: its words and digits, with a column of kinds and without."""

import re

import pandas as pd
import pytest

from jpegnet.pages import verdicts
from jpegnet.studies import through_codec

SUMMARY = pd.DataFrame(
    {
        "bytes": [1212.4, 999.6],
        "price": [2.75e-5, 4.2e-5],
        "test_accuracy": [98.537, 98.112],
        "test_accuracy_low": [98.5, 97.6789],
        "val_accuracy": [98.7, 98.28],
    }
)
RUNS = pd.DataFrame({"price": [2.75e-5] * 3 + [4.2e-5] * 2})


@pytest.fixture
def table():
    best = {1250: SUMMARY.iloc[0], 1000: SUMMARY.iloc[1]}
    return through_codec.verdicts(best, RUNS, {1250: 98.5, 1000: 98.0})


def cells(content: str, tag: str) -> list[str]:
    return re.findall(rf"<{tag}\b[^>]*>(.*?)</{tag}>", content)


def test_each_aim_is_a_row_with_what_it_is_missed_by(shown, table):
    verdicts.show(table, "networks over rows")
    content = shown[0][0]["text/html"]
    assert cells(content, "th") == [
        *("budget", "aim", "reached", "lower end", "test", "bytes", "price", "seeds", "validation")
    ]
    assert cells(content, "td") == [
        *("1,250", "98.50", "yes", "98.500", "98.54", "1,212", "27.5", "3", "98.70"),
        *("1,000", "98.00", "no, by 0.321", "97.679", "98.11", "1,000", "42", "2", "98.28"),
    ]
    assert "The best published networks over rows within a budget" in content


def test_a_column_of_kinds_is_shown_as_it_is(shown, table):
    verdicts.show(table.assign(kind=["gru", "attention"]))
    content = shown[0][0]["text/html"]
    assert cells(content, "th")[-1] == "kind"
    assert cells(content, "td")[9::10] == ["gru", "attention"]
