"""An account of PostgreSQL that works in the office and makes, changes and drops nothing of the database itself."""

from typing import Final

from sqlalchemy import bindparam, text

from engine.errors import BadInput
from engine.store.database import Store
from engine.store.tables import history

READ_ONLY: Final = ("alembic_version",)  # which migrations there were is the owner's to say
APPEND_ONLY: Final = (history.name,)  # who did what is added to and never changed


def grant(store: Store, role: str) -> None:
    """Let a role that exists work with all tables there are; repeated after each upgrade. BadInput says why not."""
    if store.dialect != "postgresql":
        raise BadInput(
            "只有 PostgreSQL 有数据库账号之分。",
            "only PostgreSQL has accounts",
            "SQLite 请用文件权限保护数据文件夹。",
            "database.accounts",
        )
    with store.engine.begin() as connection:
        known = connection.execute(
            text("SELECT rolsuper, rolname = current_user AS own FROM pg_roles WHERE rolname = :role").bindparams(
                bindparam("role", role)
            )
        ).first()
        if known is None or known.rolsuper or known.own:
            raise BadInput(
                f"“{role}”不能作为工作账号：没有这个数据库账号，或它是超级用户，或它就是建库账号。",
                f"{role} is no role, a superuser, or the owner itself",
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
