/* saml_provider.h - who signed the corpus of saml.c, and when; written by tests/saml/corpus.py. */
#define SIGNED_S INT64_C(1795548858)
#define METADATA \
	"<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"https:" \
	"//idp.example.com/saml\"><!----><md:IDPSSODescriptor protocolSupportEnumeration=\"urn:o" \
	"asis:names:tc:SAML:2.0:protocol\"><md:KeyDescriptor use=\"signing\"><ds:KeyInfo xmlns:ds" \
	"=\"http://www.w3.org/2000/09/xmldsig#\"><ds:X509Data><ds:X509Certificate>MIIDFTCCAf2gAw" \
	"IBAgIUWkfaS9hRbtfjONLPJS+qiSlcVDkwDQYJKoZIhvcNAQELBQAwGjEYMBYGA1UEAwwPaWRwLmV4YW1wbGU" \
	"uY29tMB4XDTI2MTEyNDE5MzQxOFoXDTI2MTIyNDE5MzQxOFowGjEYMBYGA1UEAwwPaWRwLmV4YW1wbGUuY29t" \
	"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEApQmWBNRflrKWrYe4kGuGvXjSHE8+xMX+zzQAigFXg" \
	"PhvC4S3zGYRnO8Y381oVO0qgmljiXk5eKDxYFCZnU9/B7VOh+ote6rePh5YNddT92I/k3vEBOfwTcdT1Nr2OL" \
	"juJr/iJtNgL91auKlGy2yF9DrzANwkq/x/yeI9VFjbDt9CDME7B8aj4fC74BJJ1Qe9H1jIyZGjkl8Q+aNXU0s" \
	"ITa0k5id5cJp3e/obC2qy+0zZYETkqmNTfPDc0muiGVHHxGlW64pnjAaUSMzUno0WA0BIvMoySeQtGjReuI/W" \
	"fZIo6tXRTkU86ljjtcsrJaf/BaHSSCqmmaThQOcciidpnQIDAQABo1MwUTAdBgNVHQ4EFgQUy5FURWFT7yPAW" \
	"0jFVD+FyYWRkSowHwYDVR0jBBgwFoAUy5FURWFT7yPAW0jFVD+FyYWRkSowDwYDVR0TAQH/BAUwAwEB/zANBg" \
	"kqhkiG9w0BAQsFAAOCAQEAg8arM+MpbejxoauNFy3g2qxGqDdfh3xR/D49wNkKua8r70T06Rtf+7gTI3n6MIE" \
	"3wTWLkYUgZphLnB+um7FjJybQID73+Abeq1d0yyr0luNQBNcu46NxKARk4fmnJEe0pBJmMx7yd0gzU5jb9xrc" \
	"ZMkIB4TaVmBF1MKiCyFeTM1ddIK/RSyZfXea9KK5lLWHoNygvT+3/KiYShwm8ksJZbDeTHagM4fTGtiuo/hzQ" \
	"SyQWHam4HNpNx2eg1tBZPc3YjZKIQbURArdjzyF5J36UHPlkK4yf5Tae/kIWtbDwK0b0HUSzU5xsoZNTomfKw" \
	"AHrQUxO0eiFV3/K2anVE7d2Q==</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDes" \
	"criptor><md:SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Re" \
	"direct\" Location=\"https://idp.example.com/sso\"/></md:IDPSSODescriptor></md:EntityDesc" \
	"riptor>"
