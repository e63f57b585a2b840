// Addresses that are not the registered one, in all the ways by which comparisons went wrong elsewhere: user-info,
// backslashes, case, encodings, dots, ports, queries, fragments, control characters, other schemes.

export function addressesUnlike(registered) {
  const url = new URL(registered);
  const { host, hostname, port, pathname } = url;
  const evil = "evil.example";
  const first = pathname.charCodeAt(1).toString(16); // of the path, to be encoded
  const all = [
    // somebody else's
    `http://${evil}/`, `https://${evil}`, `https://${evil}${pathname}`, `//${evil}${pathname}`, `///${evil}`, `////${evil}`, `\\\\${evil}`, `/\\${evil}`,
    `\\/${evil}`, `http:${evil}`, `http:/${evil}`, `http:///${evil}`, `http:\\\\${evil}`, `http://\\${evil}`, `/${evil}`, evil, `?${evil}`, `#${evil}`,
    // user-info (CVE-2024-8883)
    `http://${host}@${evil}/`, `http://${host}@${evil}${pathname}`, `http://${hostname}:${port}@${evil}${pathname}`, `http://${hostname}:80@${evil}`,
    `http://user@${host}${pathname}`, `http://user:password@${host}${pathname}`, `http://@${host}${pathname}`, `http://:@${host}${pathname}`,
    `http://${evil}@${host}${pathname}`, `http://${host}%40${evil}${pathname}`, `http://${evil}%2f@${host}${pathname}`, `http://${evil}%5c@${host}${pathname}`,
    `http://${evil}\\@${host}${pathname}`, `http://${evil}#@${host}${pathname}`, `http://${evil}?@${host}${pathname}`, `http://${evil}/@${host}${pathname}`,
    `http://${host}\\@${evil}${pathname}`, `http://${host}#@${evil}/`, `http://${host}?@${evil}/`, `http://${host}&@${evil}/`, `http://${host} @${evil}/`,
    // the host with more of it
    `http://${hostname}.${evil}:${port}${pathname}`, `http://${hostname}${evil}${pathname}`, `http://${evil}.${hostname}:${port}${pathname}`,
    `http://${host}.${evil}${pathname}`, `http://${hostname}.:${port}${pathname}`, `http://${hostname}%00.${evil}:${port}${pathname}`,
    `http://${hostname}%09:${port}${pathname}`, `http://${hostname}%20:${port}${pathname}`, `http://${hostname}%2e${evil}${pathname}`, `http://${hostname}\u3002${evil}${pathname}`,
    `http://${hostname}\uff0f.${evil}${pathname}`, `http://${hostname}\u2100${evil}${pathname}`, `http://[::ffff:127.0.0.1]:${port}${pathname}`, `http://[::1]:${port}${pathname}`,
    `http://localhost:${port}${pathname}`, `http://0x7f000001:${port}${pathname}`, `http://2130706433:${port}${pathname}`, `http://127.1:${port}${pathname}`,
    `http://127.0.0.01:${port}${pathname}`, `http://0177.0.0.1:${port}${pathname}`, `http://127.0.0.2:${port}${pathname}`, `http://\uff11\uff12\uff17.0.0.1:${port}${pathname}`,
    // the port
    `http://${hostname}${pathname}`, `http://${hostname}:${Number(port) + 1}${pathname}`, `http://${hostname}:0${port}${pathname}`, `http://${hostname}:${port}0${pathname}`,
    `http://${hostname}:${pathname}`, `http://${hostname}:${port}:${port}${pathname}`, `http://${hostname}:${port}.${pathname}`,
    // the scheme
    `https://${host}${pathname}`, `HTTP://${host}${pathname}`, `Http://${host}${pathname}`, `ftp://${host}${pathname}`, `ws://${host}${pathname}`, `http:${host}${pathname}`,
    `http:/${host}${pathname}`, `http:///${host}${pathname}`, `http:\\\\${host}${pathname}`, `view-source:${registered}`, `javascript:alert(1)`, `javascript://${host}${pathname}%0aalert(1)`,
    `JaVaScRiPt:alert(1)`, `\u0001javascript:alert(1)`, `java\tscript:alert(1)`, `data:text/html,<script>alert(1)</script>`, `vbscript:msgbox(1)`, `file:///etc/passwd`,
    `blob:${registered}`, `about:blank`, `feed:${registered}`,
    // case (CVE-2020-15234)
    `http://${host}${pathname.toUpperCase()}`, `http://${host}${pathname[0]}${pathname[1].toUpperCase()}${pathname.slice(2)}`, `http://${host.toUpperCase()}${pathname}%`,
    // the path
    `http://${host}`, `http://${host}/`, `${registered}/`, `${registered}//`, `${registered}.`, `${registered}%2f`, `${registered}%00`, `${registered}%0a`, `${registered}%20`,
    `${registered}/..`, `${registered}/.`, `${registered}/..${pathname}`, `${registered}/..;/other`, `${registered}/%2e%2e/other`, `${registered}/..%2fother`, `${registered}\\..\\other`,
    `http://${host}/.${pathname}`, `http://${host}/x/..${pathname}`, `http://${host}/%2e${pathname}`, `http://${host}//${pathname.slice(1)}`, `http://${host}/\\${pathname.slice(1)}`,
    `http://${host}/%${first}${pathname.slice(2)}`, `http://${host}%2f${pathname.slice(1)}`, `http://${host}\\${pathname.slice(1)}`, `${registered};x`, `${registered}x`, registered.slice(0, -1), `${registered}*`, `http://${host}/*`,
    `http://*:${port}${pathname}`, `http://127.0.0..${port}${pathname}`, registered.replaceAll(".", "x"), registered.replace(".0.", ".x."),
    // query and fragment
    `${registered}?`, `${registered}?x=1`, `${registered}?next=//${evil}`, `${registered}#`, `${registered}#x`, `${registered}#@${evil}`, `${registered}%23`, `${registered}%3f`, `${registered}&`,
    `${registered}?code=1`, `${registered}?redirect_uri=http://${evil}`,
    // white space and control characters
    ` ${registered}`, `${registered} `, `\t${registered}`, `${registered}\t`, `\n${registered}`, `${registered}\n`, `${registered}\r\n`, `\u0000${registered}`, `${registered}\u0000`,
    `${registered}\u0000.${evil}`, `\u00a0${registered}`, `\u200b${registered}`, `\ufeff${registered}`, `${registered}\u2028`, `ht\ntp://${host}${pathname}`, `http://${host}\n${pathname}`,
    `${registered}\r\nLocation: http://${evil}/`, `${registered}\nSet-Cookie: x=1`, `${registered}%0d%0aLocation:%20http://${evil}/`,
    // two at once
    `${registered},http://${evil}`, `http://${evil},${registered}`, `${registered} http://${evil}`, `http://${evil} ${registered}`, `${registered};http://${evil}`, `${registered}|http://${evil}`,
    // encoded
    encodeURIComponent(registered), encodeURIComponent(encodeURIComponent(registered)), `http://${host}/%25${first}${pathname.slice(2)}`, registered.replace("://", "%3a%2f%2f"),
    "", " ", "null", "undefined", ".", "/", "*", ".*", "(.*)", "^http.*$", "0", "true", "[]", "{}", "%", "%zz", "\ufffd", "a".repeat(5000),
  ];
  if (all.includes(registered)) throw new Error("the registered one is among them");
  return all;
}

// What tries to leave the text or the attribute that it stands in. `x-evil` marks it.
export const markups = [
  `"><x-evil>`, `'><x-evil>`, `<x-evil>`, `</title><x-evil>`, `</textarea><x-evil>`, `</script><x-evil>`, `</style><x-evil>`, `--><x-evil>`, `]]><x-evil>`,
  `" onfocus=x-evil autofocus x="`, `' onfocus=x-evil autofocus x='`, ` onfocus=x-evil autofocus `, "` onfocus=x-evil ", `\u0000"><x-evil>`, `&quot;&gt;&lt;x-evil&gt;`,
  `&#34;&#62;<x-evil>`, `%22%3E%3Cx-evil%3E`, `\\"><x-evil>`, `\u02ba\u003e<x-evil>`, `\uff1cx-evil\uff1e<x-evil>`, `javascript:x-evil`, `{{x-evil}}<x-evil>`, `\${x-evil}<x-evil>`,
  `<img src=x onerror=x-evil>`, `<svg onload=x-evil>`, `<base href=//x-evil>`, `<meta http-equiv=refresh content="0;url=//x-evil">`, `\r\nX-Evil: 1\r\n\r\n<x-evil>`,
  `"><form action=//x-evil><input name=password>`, `\u202ex-evil<x-evil>`, `<!--<x-evil>`, `<x-evil `, `"${"<".repeat(500)}x-evil>`,
];
