// SPDX-License-Identifier: Apache-2.0
// What the page of the API can do besides being read: search, copy a call, choose colours, and open
// what an address names.
'use strict';

const at = (id) => document.getElementById(id);
const all = (what, within = document) => [...within.querySelectorAll(what)];

// --- Search: every word must stand somewhere in an operation

function setUpSearch() {
    const field = at('search');
    const texts = all('main details').map((item) => [item, item.textContent.toLowerCase()]);
    const show = () => {
        const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
        let found = 0;
        for (const [item, text] of texts) {
            item.hidden = !words.every((word) => text.includes(word));
            found += item.hidden ? 0 : 1;
        }
        for (const section of all('main section'))
            section.hidden = words.length > 0 && !section.querySelector('details:not([hidden])');
        at('found').textContent = words.length ? `${found} found` : '';
        const query = words.length ? `?q=${encodeURIComponent(field.value)}` : location.pathname;
        history.replaceState(null, '', query + location.hash);
    };
    field.hidden = false;
    field.value = new URLSearchParams(location.search).get('q') ?? '';
    field.addEventListener('input', show);
    if (field.value) show();
}

// --- Copying

async function copy(button, text) {
    try {
        await navigator.clipboard.writeText(text);
        button.textContent = 'Copied';
    } catch {
        button.textContent = 'Not allowed here'; // a page that did not come by TLS
    }
    setTimeout(() => (button.textContent = 'Copy'), 2000);
}

function setUpCopying() {
    at('environment').textContent = `PINTLE=${location.origin} TOKEN=ptl_pat_… WRITE_KEY=…`;
    for (const box of all('.curl')) {
        const button = document.createElement('button');
        button.type = 'button';
        button.textContent = 'Copy';
        button.addEventListener('click', () =>
            copy(button, box.querySelector('pre').textContent));
        box.append(button);
    }
}

// --- Colours: the system's, or one's own choice

const CHOICES = ['', 'light', 'dark'];
const NAMES = { '': 'Colours: system', light: 'Colours: light', dark: 'Colours: dark' };

function setUpColours() {
    const button = at('colours');
    const show = (choice) => {
        document.documentElement.className = choice;
        button.textContent = NAMES[choice];
    };
    let choice = '';
    try {
        choice = localStorage.getItem('docs-colours') ?? '';
    } catch {
        // A browser that keeps nothing: the system's.
    }
    if (!CHOICES.includes(choice)) choice = '';
    button.hidden = false;
    button.addEventListener('click', () => {
        choice = CHOICES[(CHOICES.indexOf(choice) + 1) % CHOICES.length];
        show(choice);
        try {
            localStorage.setItem('docs-colours', choice);
        } catch {
            // Then for this visit only.
        }
    });
    show(choice);
}

// --- Addresses: #createSource opens it

function openNamed() {
    const item = at(decodeURIComponent(location.hash.slice(1)));
    if (item?.tagName === 'DETAILS') {
        item.open = true;
        item.hidden = false;
        item.scrollIntoView();
    }
}

setUpColours();
setUpCopying();
setUpSearch();
openNamed();
addEventListener('hashchange', openNamed);
for (const item of all('main details'))
    item.addEventListener('toggle', () => {
        if (item.open) history.replaceState(null, '', `${location.search}#${item.id}`);
    });
