#include "page/country.h"

#include <string.h>

#define S LG_STR_INIT
#define LETTERS 2
#define WIDTH 6 /* of an entry below: two letters, up to three digits, blanks */

/* ISO 3166-1 and what it reserves where there are telephones, with codes of ITU-T E.164. */
static const char table[] =
	"AC247 AD376 AE971 AF93  AG1   AI1   AL355 AM374 AO244 AR54  AS1   AT43  AU61  AW297 "
	"AX358 AZ994 BA387 BB1   BD880 BE32  BF226 BG359 BH973 BI257 BJ229 BL590 BM1   BN673 "
	"BO591 BQ599 BR55  BS1   BT975 BW267 BY375 BZ501 CA1   CC61  CD243 CF236 CG242 CH41  "
	"CI225 CK682 CL56  CM237 CN86  CO57  CR506 CU53  CV238 CW599 CX61  CY357 CZ420 DE49  "
	"DJ253 DK45  DM1   DO1   DZ213 EC593 EE372 EG20  EH212 ER291 ES34  ET251 FI358 FJ679 "
	"FK500 FM691 FO298 FR33  GA241 GB44  GD1   GE995 GF594 GG44  GH233 GI350 GL299 GM220 "
	"GN224 GP590 GQ240 GR30  GT502 GU1   GW245 GY592 HK852 HN504 HR385 HT509 HU36  ID62  "
	"IE353 IL972 IM44  IN91  IO246 IQ964 IR98  IS354 IT39  JE44  JM1   JO962 JP81  KE254 "
	"KG996 KH855 KI686 KM269 KN1   KP850 KR82  KW965 KY1   KZ7   LA856 LB961 LC1   LI423 "
	"LK94  LR231 LS266 LT370 LU352 LV371 LY218 MA212 MC377 MD373 ME382 MF590 MG261 MH692 "
	"MK389 ML223 MM95  MN976 MO853 MP1   MQ596 MR222 MS1   MT356 MU230 MV960 MW265 MX52  "
	"MY60  MZ258 NA264 NC687 NE227 NF672 NG234 NI505 NL31  NO47  NP977 NR674 NU683 NZ64  "
	"OM968 PA507 PE51  PF689 PG675 PH63  PK92  PL48  PM508 PR1   PS970 PT351 PW680 PY595 "
	"QA974 RE262 RO40  RS381 RU7   RW250 SA966 SB677 SC248 SD249 SE46  SG65  SH290 SI386 "
	"SJ47  SK421 SL232 SM378 SN221 SO252 SR597 SS211 ST239 SV503 SX1   SY963 SZ268 TA290 "
	"TC1   TD235 TG228 TH66  TJ992 TK690 TL670 TM993 TN216 TO676 TR90  TT1   TV688 TW886 "
	"TZ255 UA380 UG256 US1   UY598 UZ998 VA39  VC1   VE58  VG1   VI1   VN84  VU678 WF681 "
	"WS685 XK383 YE967 YT262 ZA27  ZM260 ZW263 ";

size_t
lg_countries_count(void)
{
	return (sizeof(table) - 1) / WIDTH;
}

struct lg_country
lg_countries_at(size_t i)
{
	const char *at = table + i * WIDTH;
	return (struct lg_country){ .name = lg_str_from_bytes(at, LETTERS),
		.code = lg_str_trim(lg_str_from_bytes(at + LETTERS, WIDTH - LETTERS)) };
}

bool
lg_country_find(lg_str text, struct lg_country *ret)
{
	const lg_str name = lg_str_slice(text, 0, LETTERS);
	for (size_t i = 0; i < lg_countries_count(); i++) {
		*ret = lg_countries_at(i);
		if (lg_str_eq_nocase(ret->name, name))
			return true;
	}
	return false;
}

/* ---- whose number ---- */

/* Of countries that share a code, the one that most numbers are of. */
static const lg_str largest[] = { S("AU"), S("CW"), S("FI"), S("FK"), S("GB"), S("GP"), S("IT"), S("MA"),
	S("NO"), S("RE"), S("RU"), S("SH"), S("US") };

static bool
is_largest(lg_str name)
{
	for (size_t i = 0; i < LG_LEN(largest); i++)
		if (lg_str_eq(largest[i], name))
			return true;
	return false;
}

bool
lg_country_of_number(lg_str number, lg_str likely, struct lg_country *ret)
{
	const lg_str digits = lg_str_slice(number, 1, number.len);
	bool found = false;
	if (!lg_str_starts(number, LG_STR("+")))
		return false;
	for (size_t i = 0; i < lg_countries_count(); i++) {
		const struct lg_country one = lg_countries_at(i);
		if (!lg_str_starts(digits, one.code))
			continue;
		/* No code begins another one: who matches shares it. */
		if (!found || lg_str_eq(one.name, likely)
			|| (is_largest(one.name) && !lg_str_eq(ret->name, likely)))
			*ret = one;
		found = true;
	}
	return found;
}

/* ---- where somebody is ---- */

/* Languages whose tag is not the country of most who speak it (Unicode CLDR, likely subtags). */
static const struct lg_str_pair speakers[] = {
	{ S("ar"), S("EG") }, { S("bn"), S("BD") }, { S("cs"), S("CZ") }, { S("da"), S("DK") },
	{ S("el"), S("GR") }, { S("en"), S("US") }, { S("et"), S("EE") }, { S("fa"), S("IR") },
	{ S("he"), S("IL") }, { S("hi"), S("IN") }, { S("ja"), S("JP") }, { S("ko"), S("KR") },
	{ S("ms"), S("MY") }, { S("nb"), S("NO") }, { S("nn"), S("NO") }, { S("pt"), S("BR") },
	{ S("sl"), S("SI") }, { S("sq"), S("AL") }, { S("sr"), S("RS") }, { S("sv"), S("SE") },
	{ S("ta"), S("IN") }, { S("uk"), S("UA") }, { S("ur"), S("PK") }, { S("vi"), S("VN") },
	{ S("zh"), S("CN") },
};

/* "zh-Hant-TW": the part of two letters behind the first. */
static lg_str
region_of(lg_str tag)
{
	struct lg_country country;
	lg_str rest = tag;
	lg_str_cut(&rest, '-');
	while (lg_str_present(rest)) {
		const lg_str part = lg_str_cut(&rest, '-');
		if (lg_str_eq_nocase(part, LG_STR("Hant")) && !lg_str_present(rest))
			return LG_STR("TW");
		if (part.len == LETTERS && lg_country_find(part, &country))
			return country.name;
	}
	return LG_STR_NONE;
}

static lg_str
country_of_tag(lg_str tag)
{
	const lg_str region = region_of(tag);
	const lg_str language = lg_str_slice(tag, 0, lg_str_find_byte(tag, '-'));
	struct lg_country country;
	if (lg_str_present(region))
		return region;
	for (size_t i = 0; i < LG_LEN(speakers); i++)
		if (lg_str_eq_nocase(speakers[i].key, language))
			return speakers[i].value;
	return language.len == LETTERS && lg_country_find(language, &country) ? country.name : LG_STR_NONE;
}

lg_str
lg_country_likely(lg_str accept, lg_str language)
{
	lg_str found = LG_STR_NONE;
	/* Browsers write what is preferred first. */
	while (lg_str_present(accept) && !lg_str_present(found)) {
		lg_str item = lg_str_cut(&accept, ',');
		found = country_of_tag(lg_str_trim(lg_str_cut(&item, ';')));
	}
	if (!lg_str_present(found))
		found = country_of_tag(language);
	return lg_str_present(found) ? found : LG_STR("US");
}

/* ---- numbers inside of a country ---- */

static const struct trunk {
	lg_str code;
	lg_str prefix; /* empty = the number is all that is dialled, with its 0 if it has one */
	size_t digits; /* that it is there with; 0 = any number of them */
} trunks[] = {
	{ S("1"), S("1"), 0 },
	{ S("225"), S(""), 0 },
	{ S("226"), S(""), 0 },
	{ S("229"), S(""), 0 },
	{ S("241"), S(""), 0 },
	{ S("242"), S(""), 0 },
	{ S("36"), S("06"), 0 },
	{ S("375"), S("80"), 0 },
	{ S("378"), S(""), 0 },
	{ S("39"), S(""), 0 },
	{ S("7"), S("8"), 11 },
	{ S("993"), S("8"), 0 },
};

lg_str
lg_country_without_trunk(lg_str code, lg_str digits)
{
	struct trunk trunk = { .prefix = LG_STR("0") };
	for (size_t i = 0; i < LG_LEN(trunks); i++)
		if (lg_str_eq(trunks[i].code, code))
			trunk = trunks[i];
	if (!lg_str_starts(digits, trunk.prefix) || (trunk.digits && digits.len != trunk.digits))
		return digits;
	return lg_str_slice(digits, trunk.prefix.len, digits.len);
}
