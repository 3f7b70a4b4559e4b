"""`jianbao crawl --from --to`, as it is called."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from crawler.cli import main
from crawler.order import Order, Span

WRONG = {
    "an end without a beginning": (["--to", "2023-05-31"], "--to needs --from"),
    "a span that ends before it begins": (["--from", "2023-05-31", "--to", "2023-05-01"], "--from is later than --to"),
    "beside --since": (["--from", "2023-05-01", "--since", "2023-05-01"], "--from excludes"),
    "beside --revisit": (["--from", "2023-05-01", "--revisit", "all"], "--from excludes"),
    "no day": (["--from", "yesterday"], "yesterday"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_span_is_answered_with_a_sentence(name: str, tmp_path: Path) -> None:
    """Exit code 2, and nothing is fetched or made."""
    options, said = WRONG[name]
    done = CliRunner().invoke(main, ["crawl", "tibet-cn", *options, "--data", str(tmp_path / "data")])
    assert (done.exit_code, said in done.output) == (2, True)
    assert not (tmp_path / "data").exists()


@given(st.dates(date(1995, 1, 1)), st.dates(date(1995, 1, 1)), st.dates(date(1995, 1, 1), date(2099, 12, 31)))
def test_a_span_holds_its_days_and_no_other(one: date, other: date, day: date) -> None:
    """Both ends included; an address's own day decides before what its list says."""
    span = Span(min(one, other), max(one, other))
    order = Order(span=span)
    assert order.covers(f"http://a.cn/{day:%Y%m%d}/t{day:%Y%m%d}_1.html", None) == (day in span)
    assert order.covers("http://a.cn/1.html", day) == (span.since <= day <= span.until)
    assert order.covers("http://a.cn/1.html")
