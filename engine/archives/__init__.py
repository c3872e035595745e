"""PURE: what an archive package holds, how it is sealed, and how it is checked without any database."""

from engine.archives.checking import Fault, Verdict, examine
from engine.archives.packing import Member, Packed, pack

__all__ = ["Fault", "Member", "Packed", "Verdict", "examine", "pack"]
