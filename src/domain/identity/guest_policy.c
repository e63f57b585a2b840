#include "domain/identity/guest_policy.h"

/* The list in the documentation of "Access policies for unauthenticated identities". */
#define SERVICES                                                                                            \
	"\"appsync:*\",\"cloudwatch:*\",\"codewhisperer:*\",\"cognito-identity:*\",\"cognito-idp:*\","      \
	"\"cognito-sync:*\",\"comprehend:*\",\"dynamodb:*\",\"execute-api:*\",\"firehose:*\",\"gamelift:*"  \
	"\","                                                                                               \
	"\"geo:*\",\"iot:*\",\"kinesisanalytics:*\",\"lambda:*\",\"lex:*\",\"logs:*\","                     \
	"\"machinelearning:*\",\"mobileanalytics:*\",\"personalize:*\",\"polly:*\",\"rekognition:*\","      \
	"\"rum:PutRumEvents\",\"s3:*\",\"sdb:*\",\"ses:*\",\"sns:*\",\"sqs:*\",\"sumerian:View*\","         \
	"\"transcribe:*\",\"translate:*\""
#define ACTIONS                                                                                             \
	"\"kms:Decrypt\",\"kms:Encrypt\",\"kms:GenerateDataKey\",\"kms:ReEncrypt*\","                       \
	"\"sagemaker:InvokeEndpoint\",\"textract:AnalyzeDocument\",\"textract:DetectDocumentText\""

lg_str
lg_guest_policy(const struct lg_settings *settings)
{
	if (lg_str_present(settings->guest_policy))
		return settings->guest_policy;
	return LG_STR(
		"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[" SERVICES
		"," ACTIONS "],\"Resource\":\"*\"}]}");
}
