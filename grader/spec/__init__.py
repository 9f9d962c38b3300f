"""From YAML to `Exercise`: reading with positions, static rules, loops unrolled, wrong programs made, JSON Schema."""
