#!/bin/sh
# The page of tokgate plan --html, as a parser sees it: tests/plan_page.py. Usage: tests/html.sh TOKGATE
set -u

PYTHONDONTWRITEBYTECODE=1 exec python3 "$(dirname "$0")/plan_page.py" "$1"
