#!/bin/sh
set -e
mkdir -p /data
exec /opt/elasticsearch/bin/elasticsearch "$@"
