#include "domain/auth/passkey_name.h"

#include "codec/bytes.h"

static const struct keeper {
	lg_str aaguid, name;
} keepers[] = {
	{ LG_STR_INIT("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4"), LG_STR_INIT("Google Password Manager") },
	{ LG_STR_INIT("fbfc3007-154e-4ecc-8c0b-6e020557d7bd"), LG_STR_INIT("iCloud Keychain") },
	{ LG_STR_INIT("dd4ec289-e01d-41c9-bb89-70fa845d4bf2"), LG_STR_INIT("iCloud Keychain (managed)") },
	{ LG_STR_INIT("08987058-cadc-4b81-b6e1-30de50dcbe96"), LG_STR_INIT("Windows Hello") },
	{ LG_STR_INIT("9ddd1817-af5a-4672-a2b9-3e3dd95000a9"), LG_STR_INIT("Windows Hello") },
	{ LG_STR_INIT("6028b017-b1d4-4c02-b4b3-afcdafc96bb2"), LG_STR_INIT("Windows Hello") },
	{ LG_STR_INIT("d3452668-01fd-4c12-926c-83a4204853aa"), LG_STR_INIT("Microsoft Password Manager") },
	{ LG_STR_INIT("adce0002-35bc-c60a-648b-0b25f1f05503"), LG_STR_INIT("Chrome on Mac") },
	{ LG_STR_INIT("771b48fd-d3d4-4f74-9232-fc157ab0507a"), LG_STR_INIT("Edge on Mac") },
	{ LG_STR_INIT("b5397666-4885-aa6b-cebf-e52262a439a2"), LG_STR_INIT("Chromium") },
	{ LG_STR_INIT("53414d53-554e-4700-0000-000000000000"), LG_STR_INIT("Samsung Pass") },
	{ LG_STR_INIT("bada5566-a7aa-401f-bd96-45619a55120d"), LG_STR_INIT("1Password") },
	{ LG_STR_INIT("d548826e-79b4-db40-a3d8-11116f7e8349"), LG_STR_INIT("Bitwarden") },
	{ LG_STR_INIT("531126d6-e717-415c-9320-3d9aa6981239"), LG_STR_INIT("Dashlane") },
	{ LG_STR_INIT("b84e4048-15dc-4dd0-8640-f4f60813c8af"), LG_STR_INIT("NordPass") },
	{ LG_STR_INIT("0ea242b4-43c4-4a1b-8b17-dd6d0b6baec6"), LG_STR_INIT("Keeper") },
	{ LG_STR_INIT("f3809540-7f14-49c1-a8b3-8f813b225541"), LG_STR_INIT("Enpass") },
	{ LG_STR_INIT("fdb141b2-5d84-443e-8a35-4698c205a502"), LG_STR_INIT("KeePassXC") },
	{ LG_STR_INIT("50726f74-6f6e-5061-7373-50726f746f6e"), LG_STR_INIT("Proton Pass") },
	{ LG_STR_INIT("b78a0a55-6ef8-d246-a042-ba0f6d55050c"), LG_STR_INIT("LastPass") },
	{ LG_STR_INIT("cb69481e-8ff7-4039-93ec-0a2729a154a8"), LG_STR_INIT("YubiKey 5") },
	{ LG_STR_INIT("ee882879-721c-4913-9775-3dfcce97072a"), LG_STR_INIT("YubiKey 5") },
	{ LG_STR_INIT("fa2b99dc-9e39-4257-8f92-4a30d23c4118"), LG_STR_INIT("YubiKey 5 NFC") },
	{ LG_STR_INIT("2fc0579f-8113-47ea-b116-bb5a8db9202a"), LG_STR_INIT("YubiKey 5 NFC") },
};

lg_str
lg_passkey_name(lg_str aaguid, lg_str attachment)
{
	for (size_t i = 0; i < LG_LEN(keepers); i++) {
		unsigned char bytes[16];
		if (lg_uuid_decode(keepers[i].aaguid, bytes) &&
			lg_str_eq(lg_str_from_bytes(bytes, sizeof(bytes)), aaguid))
			return keepers[i].name;
	}
	if (lg_str_eq(attachment, LG_STR("cross-platform")))
		return LG_STR("Security key");
	return LG_STR("Passkey");
}
