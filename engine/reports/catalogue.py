"""The numbers of a year as data: what each of them counts, in which unit, and what the office reckons with."""

import tomllib

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from engine.errors import InvalidPackage


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Part(_Part):
    """One source of a number: cases of a process, lines of a register, or pieces of the archive."""

    title: str
    process: str = ""
    ledger: str = Field("", alias="register")
    archives: bool = False
    when: str = ""  # expression over the fields of a case or the columns of a line
    sum: str = ""  # field or column that is added up instead of counting
    faulty: bool = False  # only cases that were returned for a fault
    target: float | None = None

    @model_validator(mode="after")
    def _one_source(self) -> "Part":
        if [bool(self.process), bool(self.ledger), self.archives].count(True) != 1:
            raise ValueError(f"part {self.title!r} needs one of process, register, archives")
        return self


class Figure(_Part):
    """One number; without parts it is kept outside of the system."""

    code: str = Field(pattern=r"^[A-Z][A-Z0-9]{1,9}$")
    title: str
    unit: str
    definition: str
    target: float | None = None
    at_most: bool = False  # the target is an upper bound
    part: tuple[Part, ...] = ()


class _Catalogue(_Part):
    figure: tuple[Figure, ...] = ()


def read_catalogue(text: str) -> tuple[Figure, ...]:
    """Parse year.toml; every fault at once in the message."""
    try:
        return _Catalogue.model_validate(tomllib.loads(text)).figure
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        said = (
            "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
            if isinstance(error, ValidationError)
            else str(error)
        )
        raise InvalidPackage(
            f"year.toml 有误：{said}", f"year.toml: {said}", "写法见参考手册“流程包”的“年度数据”。", "report.catalogue"
        ) from error
