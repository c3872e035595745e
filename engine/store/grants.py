"""An account of PostgreSQL that works in the office and makes, changes and drops nothing of the database itself."""

from typing import Final

from sqlalchemy import text

from engine.errors import BadInput
from engine.store.database import Store
from engine.store.migrations import alone
from engine.store.tables import history

READ_ONLY: Final = ("alembic_version",)  # which migrations there were is the owner's to say
APPEND_ONLY: Final = (history.name,)  # who did what is added to and never changed
_MINE = text("SELECT pg_get_userbyid(relowner) = current_user FROM pg_class WHERE oid = 'history'::regclass")
_FITS = text(
    "SELECT NOT rolsuper AND NOT pg_has_role(rolname, current_user, 'MEMBER') FROM pg_roles WHERE rolname = :role"
)
_MAKES = text("SELECT has_schema_privilege(:role, current_schema(), 'CREATE')")


def grant(store: Store, role: str) -> None:
    """Let a role that exists work with all tables there are; repeated after each upgrade. BadInput says why not."""
    if store.dialect != "postgresql":
        raise BadInput(
            "只有 PostgreSQL 有数据库账号之分。",
            "only PostgreSQL has accounts",
            "SQLite 请用文件权限保护数据文件夹。",
            "database.accounts",
        )
    with alone(store), store.engine.begin() as connection:
        mine = connection.execute(_MINE).scalar_one()
        if not mine:
            raise BadInput(
                "只有建库账号能指定工作账号。",
                "only the account that owns the tables can say who works with them",
                "请用建库账号运行 sanban init --work-as。",
                "database.role",
            )
        fits = connection.execute(_FITS, {"role": role}).scalar()
        if not fits:
            raise BadInput(
                f"“{role}”不能作为工作账号：没有这个数据库账号，或它是超级用户，或它有建库账号的权利。",
                f"{role} is no role, a superuser, or has the rights of the owner",
                f"请先建立：createuser --pwprompt {role}",
                "database.role",
            )
        name = store.engine.dialect.identifier_preparer.quote(role)
        (schema,) = connection.execute(text("SELECT quote_ident(current_schema())")).one()
        for statement in (
            f"GRANT USAGE ON SCHEMA {schema} TO {name}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {name}",
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {name}",
            # tables of a later migration, should somebody forget to say so again
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {name}",
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE, SELECT ON SEQUENCES TO {name}",
            f"REVOKE INSERT, UPDATE, DELETE ON {', '.join(READ_ONLY)} FROM {name}",
            f"REVOKE UPDATE, DELETE ON {', '.join(APPEND_ONLY)} FROM {name}",
        ):
            connection.execute(text(statement))
        if connection.execute(_MAKES, {"role": role}).scalar_one():
            raise BadInput(
                f"“{role}”在这个库里还能建表：所有账号都可以（PostgreSQL 14 及更早的默认设置）。",
                f"{role} may make tables, as everybody may in this database",
                f"请用超级用户执行：REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC",
                "database.role",
            )
