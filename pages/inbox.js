// The inbox works without this: it adds copying, local times, and new messages as they come.
"use strict";

const every = 2000;

function dress(root) {
	for (const button of root.querySelectorAll("button.copy")) {
		if (!navigator.clipboard) continue;
		button.hidden = false;
		button.addEventListener("click", async () => {
			await navigator.clipboard.writeText(button.dataset.copy);
			button.textContent = "Copied";
			setTimeout(() => (button.textContent = "Copy"), 1500);
		});
	}
	for (const time of root.querySelectorAll("time")) {
		const at = new Date(time.dateTime);
		const sameDay = at.toDateString() === new Date().toDateString();
		time.textContent = sameDay ? at.toLocaleTimeString() : at.toLocaleString();
		time.title = time.dateTime;
	}
}

async function look() {
	const list = document.getElementById("messages");
	const answer = await fetch(location.href, { headers: { accept: "text/html" } });
	if (!answer.ok) return;
	const page = new DOMParser().parseFromString(await answer.text(), "text/html");
	const fresh = page.getElementById("messages");
	if (!fresh || fresh.dataset.newest === list.dataset.newest) return;

	const known = new Set([...list.querySelectorAll("article")].map((one) => one.id));
	for (const one of fresh.querySelectorAll("article")) {
		const open = document.querySelector(`#${one.id} details[open]`);
		if (open) one.querySelector("details").open = true;
		if (!known.has(one.id)) one.classList.add("new");
	}
	dress(fresh);
	list.replaceWith(document.adoptNode(fresh));
	document.getElementById("count").textContent = page.getElementById("count").textContent;
}

async function watch() {
	try {
		if (!document.hidden) await look();
	} catch {
		// The server is away; it may come back.
	}
	setTimeout(watch, every);
}

dress(document);
setTimeout(watch, every);
