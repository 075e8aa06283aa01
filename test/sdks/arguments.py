"""Makes the arguments of every resource, function and type of the generated SDK with all that the schema knows: SCHEMA."""

import importlib
import inspect
import json
import pkgutil
import re
import sys

import pulumi_bitrix24 as bitrix24


def snake_case(name):
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def takes(callee, names):
    """Fails where a parameter is missing, or there is one of which the schema does not know."""
    known = set(inspect.signature(callee).parameters) - {"__self__", "opts"}
    assert known == {snake_case(name) for name in names}, (callee, known)


with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
made = 0
for module in pkgutil.walk_packages(bitrix24.__path__, "pulumi_bitrix24."):
    importlib.import_module(module.name)
for token, spec in schema["resources"].items():
    arguments = getattr(bitrix24, token.split(":")[-1] + "Args")
    properties = spec["inputProperties"]
    takes(arguments.__init__, properties)
    arguments(**{snake_case(name): f"a {name}" for name in properties})
    made += 1
takes(bitrix24.ProviderArgs.__init__, schema["provider"]["inputProperties"])
for token, spec in schema["types"].items():
    name = token.split(":")[-1]
    if "enum" in spec:
        assert [one.value for one in getattr(bitrix24, name)] == [one["value"] for one in spec["enum"]], name
    elif hasattr(bitrix24, name + "Args"):
        takes(getattr(bitrix24, name + "Args").__init__, spec["properties"])
    else:
        getattr(bitrix24.outputs, name)
    made += 1
for token, spec in schema["functions"].items():
    function = snake_case(token.split(":")[-1])
    takes(getattr(bitrix24, function), spec.get("inputs", {}).get("properties", {}))
    getattr(bitrix24, function + "_output")
    made += 1
print(f"{made} made")
