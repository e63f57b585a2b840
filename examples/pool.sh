# For the set-up scripts beside this file: `pool NAME`, `role NAME AMR POLICY`, `roles USERS GUESTS`.

endpoint=${1:-http://localhost:9500}
export AWS_ACCESS_KEY_ID=anything AWS_SECRET_ACCESS_KEY=anything AWS_DEFAULT_REGION=us-east-1 AWS_PAGER=

aws() {
	command aws --endpoint-url "$endpoint" --output text "$@"
}

# An identity pool for the demo user pool's users, a backend's own users, and guests.
pool() {
	pool=$(aws cognito-identity create-identity-pool --identity-pool-name "$1" --allow-unauthenticated-identities \
		--developer-provider-name login.example.app --query IdentityPoolId --cognito-identity-providers \
		ProviderName=cognito-idp.us-east-1.amazonaws.com/us-east-1_Lifeguard,ClientId=lifeguarddemo0000000000000)
}

# A role for whoever the pool vouches for: users are "authenticated", guests "unauthenticated". Prints its ARN.
role() {
	aws iam create-role --role-name "$1" --query Role.Arn --assume-role-policy-document '{
		"Version": "2012-10-17", "Statement": {"Effect": "Allow",
			"Principal": {"Federated": "cognito-identity.amazonaws.com"},
			"Action": ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"],
			"Condition": {"StringEquals": {"cognito-identity.amazonaws.com:aud": "'"$pool"'"},
				"ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "'"$2"'"}}}}'
	aws iam put-role-policy --role-name "$1" --policy-name allows --policy-document "$3"
}

roles() {
	aws cognito-identity set-identity-pool-roles --identity-pool-id "$pool" \
		--roles "authenticated=$1,unauthenticated=$2"
}
