"""The sites of the demo web, one file each."""

from __future__ import annotations

from crawler.demo.sites import chiling, gongxin, huanlan, lanchuan, mirror, twin
from crawler.demo.sites.site import Site

SITES: tuple[Site, ...] = (lanchuan.SITE, gongxin.SITE, chiling.SITE, twin.SITE, huanlan.SITE, mirror.SITE)
