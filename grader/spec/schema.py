"""The JSON Schema of an exercise file, for editors. It is made from the models that read the file."""

from __future__ import annotations

import json
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from grader.spec.file import ExerciseInFile

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _WithoutNull(GenerateJsonSchema):
    """Leaves `null` out of types and defaults: an optional key can be left out, but its value cannot be null."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        found = super().default_schema(schema)
        if found.get("default", ...) is None:
            del found["default"]
        return found

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def json_schema() -> dict[str, Any]:
    """The schema (JSON Schema draft 2020-12)."""
    made = ExerciseInFile.model_json_schema(by_alias=True, schema_generator=_WithoutNull)
    return {"$schema": DIALECT, **made}


def schema_text() -> str:
    """The text of `exercises/exercise.schema.json`."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
