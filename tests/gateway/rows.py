"""What the tests count in the database."""

from sqlalchemy import func, select

from models.database import Database
from models.tables.base import Base


async def count(database: Database, table: type[Base]) -> int:
    async with database.read() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def only(database: Database, table: type[Base]):  # noqa: ANN201 - any table's row
    async with database.read() as session:
        return (await session.scalars(select(table))).one()
