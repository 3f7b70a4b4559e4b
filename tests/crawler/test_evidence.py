"""What evidence is stored as."""

from __future__ import annotations

from dataclasses import asdict

from crawler.evidence import Dropped, Evidence, Found, OnPage, Repair, evidence_json

FULL = Evidence(
    encoding={"used": "gbk", "declared": ["utf-8"], "lost": 0.5},
    repairs=(Repair("mojibake", 3, "å²", "岚", 0.9),),
    lossy=("a mark is lost",),
    dropped=(Dropped("links", "a list of links", "\udc80 更多"),),
    fields={"title": Found("heading", "园区通报")},
    verdict="an article",
    troubles=("the hook failed",),
    learnt={"profile": "0f"},
)


def test_evidence_is_stored_field_by_field_whatever_it_holds() -> None:
    """Records within records, further pages and a lone surrogate included."""
    whole = Evidence(pages=(OnPage(2, "http://a.example/2.html", FULL),))
    assert evidence_json(FULL) == asdict(FULL)
    assert evidence_json(whole) == asdict(whole)
