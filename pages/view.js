"use strict";

/* What makes the pages handier. Everything but passkeys works without. */
(() => {
	const all = (selector, root = document) => [...root.querySelectorAll(selector)];

	/* ---- what went wrong is read first ---- */

	const errors = document.getElementById("errors");
	if (errors)
		errors.focus();
	all("#errors a").forEach((link) => link.addEventListener("click", (event) => {
		const field = document.getElementById(link.hash.slice(1));
		if (!field)
			return;
		event.preventDefault();
		field.focus();
	}));

	/* ---- passwords ---- */

	all(".show").forEach((button) => {
		const input = document.getElementById(button.getAttribute("aria-controls"));
		button.hidden = false;
		button.addEventListener("click", () => {
			const shown = input.type === "password";
			input.type = shown ? "text" : "password";
			button.setAttribute("aria-pressed", String(shown));
			button.setAttribute("aria-label", shown ? button.dataset.hide : button.dataset.show);
			input.focus();
		});
		input.form.addEventListener("submit", () => {
			input.type = "password";
		});
	});

	const symbols = "^$*.[]{}()?\"!@#%&/\\,><':;|_~=+-`";
	const rules = {
		length: (text, rule) => text.length >= Number(rule.dataset.min),
		lower: (text) => /[a-z]/.test(text),
		upper: (text) => /[A-Z]/.test(text),
		digit: (text) => /[0-9]/.test(text),
		symbol: (text) => [...text].some((c, i) => symbols.includes(c) || (c === " " && i > 0 && i < text.length - 1)),
	};
	all(".rules").forEach((box) => {
		const input = document.getElementById("f-" + box.id.slice(2));
		const check = () => all("li", box).forEach((rule) => {
			const met = rules[rule.dataset.rule](input.value, rule);
			/* What a refused password lacked stays marked until it is there. */
			if (met === rule.classList.contains("met"))
				return;
			rule.className = met ? "met" : "";
			all(".quiet", rule).forEach((word) => word.remove());
			if (!met)
				return;
			const word = document.createElement("span");
			word.className = "quiet";
			word.textContent = rule.parentNode.dataset.met;
			rule.append(word);
		});
		input.addEventListener("input", check);
		check();
	});

	/* ---- a form is sent once ---- */

	const sent = new WeakSet();
	const restore = [];
	const send = (form, button) => {
		sent.add(form);
		if (!button || !button.dataset.busy)
			return;
		const label = button.textContent;
		button.setAttribute("aria-disabled", "true");
		button.textContent = button.dataset.busy;
		restore.push(() => {
			sent.delete(form);
			button.removeAttribute("aria-disabled");
			button.textContent = label;
		});
	};
	const release = () => restore.splice(0).forEach((undo) => undo());
	document.addEventListener("submit", (event) => {
		const button = event.submitter;
		if (sent.has(event.target) || (button && button.getAttribute("aria-disabled") === "true"))
			event.preventDefault();
		else if (!event.defaultPrevented)
			send(event.target, button);
	});
	/* Back to a page that the browser kept: it may be sent again. */
	addEventListener("pageshow", (event) => {
		if (event.persisted)
			release();
	});

	/* ---- another code after a while ---- */

	all(".way[data-wait]").forEach((button) => {
		const line = document.getElementById("wait"), later = line.textContent;
		const plural = new Intl.PluralRules(document.documentElement.lang);
		const end = performance.now() + Number(button.dataset.wait) * 1000;
		const tick = () => {
			const left = Math.ceil((end - performance.now()) / 1000);
			if (left <= 0) {
				button.removeAttribute("aria-disabled");
				line.textContent = later;
				clearInterval(timer);
				return;
			}
			const text = line.dataset[plural.select(left)] || line.dataset.other;
			line.textContent = text.replace("{count}", left);
		};
		const timer = setInterval(tick, 1000);
		button.setAttribute("aria-disabled", "true");
		tick();
	});

	/* ---- countries ---- */

	/* By name, in the language of the page; "DE +49" is what the server knows. */
	all(".country").forEach((select) => {
		const lang = document.documentElement.lang;
		const names = new Intl.DisplayNames([lang], { type: "region" });
		const items = [...select.options].map((option) => {
			const [country, code] = option.text.split(" ");
			return { option, country, code, name: names.of(country) };
		});
		const order = new Intl.Collator(lang);
		items.sort((a, b) => order.compare(a.name, b.name));
		items.forEach(({ option, country, code, name }) => {
			option.value = country;
			option.text = `${name} (\u2066${code}\u2069)`;
		});
		const chosen = select.value;
		select.append(...items.map((item) => item.option));
		select.value = chosen;
	});

	/* ---- points in time, as the reader's clock has them ---- */

	const page = document.documentElement.lang;
	const near = (navigator.languages || []).find((tag) => tag === page || tag.startsWith(page + "-"));
	all("time").forEach((time) => {
		time.textContent = new Intl.DateTimeFormat(near || page, { dateStyle: "medium", timeStyle: "short",
			calendar: "gregory", numberingSystem: "latn" }).format(new Date(time.dateTime));
	});

	/* ---- languages ---- */

	all(".languages").forEach((form) => {
		const button = form.querySelector("button");
		button.hidden = true;
		form.lang.addEventListener("change", () => form.requestSubmit(button));
	});

	/* ---- a form that only carries something on ---- */

	all("form[data-auto]").forEach((form) => HTMLFormElement.prototype.submit.call(form));

	/* ---- passkeys ---- */

	const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
	const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
		.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
	const keys = (list) => (list || []).map((key) => ({ ...key, id: bytes(key.id) }));

	const toJson = (credential) => {
		const { response } = credential;
		const json = { id: credential.id, rawId: text(credential.rawId), type: credential.type,
			clientExtensionResults: credential.getClientExtensionResults(),
			response: { clientDataJSON: text(response.clientDataJSON) } };
		if (credential.authenticatorAttachment)
			json.authenticatorAttachment = credential.authenticatorAttachment;
		for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"])
			if (response[name])
				json.response[name] = text(response[name]);
		if (response.getTransports)
			json.response.transports = response.getTransports();
		return json;
	};

	const ask = async (options, more) => {
		const key = { ...options, challenge: bytes(options.challenge) };
		if (options.pubKeyCredParams) {
			key.user = { ...options.user, id: bytes(options.user.id) };
			key.excludeCredentials = keys(options.excludeCredentials);
			return navigator.credentials.create({ publicKey: key });
		}
		key.allowCredentials = keys(options.allowCredentials);
		return navigator.credentials.get({ publicKey: key, ...more });
	};

	const fetchOptions = async (form) => {
		const answer = await fetch(form.dataset.passkey, { method: "POST", credentials: "same-origin",
			headers: { "Content-Type": "application/x-www-form-urlencoded", Accept: "application/json" },
			body: new URLSearchParams({ _csrf: form.elements._csrf.value, _state: form.elements._state.value }) });
		if (!answer.ok)
			throw new Error(answer.status);
		return answer.json();
	};

	/* The server says in its own words what went wrong, so a failure is sent, too: without a credential. */
	const passkey = async (form, button, more) => {
		const field = form.elements.credential;
		try {
			const credential = await ask(await fetchOptions(form), more);
			field.value = JSON.stringify(toJson(credential));
		} catch (error) {
			if (more)
				return;
			field.value = "";
		}
		const action = document.createElement("input");
		action.type = "hidden";
		action.name = button.name;
		action.value = button.value;
		form.append(action);
		form.submit();
	};

	all("form[data-passkey]").forEach((form) => {
		const button = form.querySelector(".primary");
		const can = window.PublicKeyCredential !== undefined;
		if (form.dataset.autofill === undefined) {
			form.addEventListener("submit", (event) => {
				if (event.submitter !== button || sent.has(form))
					return;
				event.preventDefault();
				send(form, button);
				passkey(form, button);
			});
		} else if (can && PublicKeyCredential.isConditionalMediationAvailable) {
			PublicKeyCredential.isConditionalMediationAvailable().then((there) => {
				if (there)
					passkey(form, button, { mediation: "conditional" });
			});
		}
	});
})();
