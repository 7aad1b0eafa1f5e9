"""Run by Alembic: applies the migrations on the connection that `storage.migrations.upgrade` hands over."""

from alembic import context

from storage.tables.core import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
