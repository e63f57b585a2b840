#!/bin/sh
# An identity pool, and what its users and guests may call of the orders API.
#
#   examples/api/setup.sh [address of Lifeguard]        prints the id of the identity pool
set -eu
. "$(dirname "$0")/../pool.sh"
pool api

# Users read all reports but secret ones and write their own; guests read the public ones.
api='arn:aws:execute-api:us-east-1:123456789012:orders/$default'
users=$(role ApiUser authenticated '{"Version": "2012-10-17", "Statement": [
	{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "'"$api"'/GET/reports/*"},
	{"Effect": "Allow", "Action": "execute-api:Invoke",
		"Resource": "'"$api"'/*/reports/${cognito-identity.amazonaws.com:sub}/*"},
	{"Effect": "Deny", "Action": "execute-api:Invoke", "Resource": "'"$api"'/*/reports/secret/*"}]}')
guests=$(role ApiGuest unauthenticated '{"Version": "2012-10-17", "Statement":
	{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "'"$api"'/GET/reports/public/*"}}')
roles "$users" "$guests"
echo "$pool"
