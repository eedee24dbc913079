"""The roles of the real pages, as a person sees them: file name, then one letter for each page.

F first · C continuation · S signature · X appendix · T attached · M form · B blank
"""

from __future__ import annotations

from types import MappingProxyType

from digitizer.model import PageRole

LETTERS = MappingProxyType(
    {
        "F": PageRole.FIRST,
        "C": PageRole.CONTINUATION,
        "S": PageRole.SIGNATURE,
        "X": PageRole.APPENDIX,
        "T": PageRole.ATTACHED,
        "M": PageRole.FORM,
        "B": PageRole.BLANK,
    }
)
ROLES = MappingProxyType(
    {
        "bl_2025_209-QD.pdf": "FSXX",
        "bl_2025_210-QD.pdf": "FSX",
        "db_2025_339-QD.pdf": "FXXXXX",
        "dn_2019_1.pdf": "FS",
        "epu_0006.pdf": "FS",
        "epu_0007.pdf": "FXM",
        "moet_1.pdf": "FS",
        "moet_10.pdf": "F",
        "moet_3.pdf": "F",
        "moet_9.pdf": "F",
        "qn_2018_07-CT.pdf": "FCCS",
        "qn_2020_05-CT.pdf": "FS",
        "qn_2021_11-CT.pdf": "FCS",
        "qn_2025_04-QD-BCD138.pdf": "FS",
        "qn_2025_09-TTr.pdf": "FCSTT",
        "qn_2025_23-BC.pdf": "FS",
        "qn_2025_574-UBND.pdf": "FB",
        "qn_2025_575-UBND.pdf": "F",
        "qng_2025_237-QD.pdf": "FSXXX",
        "tn_2025_308-QD.pdf": "FSXXXXXXXX",
        "ttg_2025_09-QD.pdf": "FCS",
    }
)
