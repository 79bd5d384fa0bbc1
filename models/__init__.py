"""What the product remembers: domain types, tables, state machine, named queries, migrations."""
