"""PURE: what an archive package holds, how it is sealed, and how it is checked without any database."""

from engine.archives.checking import Fault, Verdict, examine
from engine.archives.members import Paper, papers, unpack
from engine.archives.packing import Member, Packed, pack

__all__ = ["Fault", "Member", "Packed", "Paper", "Verdict", "examine", "pack", "papers", "unpack"]
