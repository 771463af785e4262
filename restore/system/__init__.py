"""The machine underneath: files, memory, processors and backends."""
