#!/bin/sh
# An identity pool whose users keep photos under a prefix of their own, and whose guests look at the public ones.
#
#   examples/photos/setup.sh [address of Lifeguard]     prints the id of the identity pool
set -eu
. "$(dirname "$0")/../pool.sh"
pool photos

own='${cognito-identity.amazonaws.com:sub}/*'
users=$(role PhotoUser authenticated '{"Version": "2012-10-17", "Statement": [
	{"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
		"Resource": "arn:aws:s3:::photos/'"$own"'"},
	{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::photos",
		"Condition": {"StringLike": {"s3:prefix": "'"$own"'"}}},
	{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/public/*"}]}')
guests=$(role PhotoGuest unauthenticated '{"Version": "2012-10-17", "Statement":
	{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/public/*"}}')
roles "$users" "$guests"
echo "$pool"
