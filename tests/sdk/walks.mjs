// SPDX-License-Identifier: Apache-2.0
// The walks: each follows a page that was written for RudderStack's dashboard, step by step.

import { PATIENCE_MS } from './chromium.mjs';

const button = (page, name) => page.getByRole('button', { name, exact: true });
const row = (page, name) => page.getByRole('row', { name });

// A click is not the end of it: what comes next waits for what a person would wait for.
async function follow(page, name) {
    const link = page.getByRole('link', { name, exact: true }).first();
    await link.click();
    await page.locator('[aria-current]', { hasText: name }).first().waitFor();
}

// A message that goes by itself is looked for while that is done which brings it.
const reads = (page, message, doing) => Promise.all([page.getByText(message).waitFor(), doing]);
const clickAndRead = (page, name, message) => reads(page, message, button(page, name).click());

const noDialog = (page) =>
    page.getByRole('dialog').first().waitFor({ state: 'detached' });

// Clicks one of the copying boxes and gives what the clipboard holds then: what is shown.
async function copy(page, theButton, clipboard) {
    const shown = await theButton.locator('..').locator('code').innerText();
    await page.evaluate(() => navigator.clipboard.writeText(''));
    await theButton.click();
    const end = Date.now() + PATIENCE_MS;
    while (Date.now() < end) {
        const value = await clipboard();
        if (value === shown) return value;
        await page.waitForTimeout(100);
    }
    throw new Error('what is shown did not get into the clipboard');
}

async function signIn({ page, step, email, password }, path = '/') {
    await step('open', () => page.goto(path));
    await step('sign-in', async () => {
        await page.getByLabel('E-mail').fill(email);
        await page.getByLabel('Password').fill(password);
        await button(page, 'Sign in').click();
        await page.getByRole('navigation', { name: 'Main' }).waitFor();
    });
}

// After the dialogue has gone (it fades), the page holds the value nowhere.
async function forgotten(page, value) {
    await noDialog(page);
    if ((await page.content()).includes(value)) throw new Error('the value is still on the page');
}

// Fills the dialogue behind "Generate new token"; the value that "copy" gives.
async function generate({ page, step, clipboard }, name, scope) {
    await step(`generate-${name}`, async () => {
        await button(page, 'Generate new token').click();
        await page.getByLabel('Token name').fill(name);
    });
    if (scope) await step(`scope-${name}`, () => page.getByLabel(scope).check());
    await step(`value-${name}`, async () => {
        await button(page, 'Generate').click();
        await page.getByText('You will not be able to see this token again').waitFor();
    });
    let value;
    await step(`copy-${name}`, async () => {
        value = await copy(page, button(page, 'Copy Personal access token'), clipboard);
    });
    await button(page, 'Done').click();
    await forgotten(page, value);
    await row(page, name).waitFor();
    return value;
}

// "Rudderstack Authorization": a token for another platform, then the source ID's three places.
export async function authorization(walk) {
    const { page, step, clipboard } = walk;
    await signIn(walk);
    await step('settings', () => page.getByRole('link', { name: 'Settings' }).click());
    await step('personal-access-tokens', () =>
        page.getByRole('heading', { name: 'Personal Access Tokens' }).scrollIntoViewIfNeeded());
    const token = await generate(walk, 'Platform', 'Read-Write');

    const ids = {};
    const copyId = () => copy(page, button(page, 'Copy Source ID').first(), clipboard);
    await step('main-dashboard', async () => {
        await page.getByRole('link', { name: 'Connections', exact: true }).click();
        ids.card = await copyId();
    });
    await step('source-overview', async () => {
        await page.getByRole('link', { name: /web shop/ }).first().click();
        await page.getByText('Write key', { exact: true }).waitFor();
        ids.url = new URL(page.url()).pathname.split('/sources/')[1].split('/')[0];
        ids.overview = await copyId();
    });
    const writeKey = page.getByRole('button', { name: 'Copy Write key' });
    const sourceId = page.getByRole('button', { name: 'Copy Source ID' });
    const [above, below] = [await writeKey.boundingBox(), await sourceId.first().boundingBox()];
    ids.isUnderWriteKey = below.y > above.y && Math.abs(below.x - above.x) < 40;
    await step('source-settings', async () => {
        await page.getByRole('navigation', { name: /source/i })
            .getByRole('link', { name: 'Settings' }).click();
        await page.getByRole('heading', { name: 'Source ID' }).waitFor();
        ids.settings = await copyId();
    });
    return { token, ids };
}

// "Access Token": the profile's tab; generate, copy, delete one, revoke all.
export async function accessToken(walk) {
    const { page, step } = walk;
    await signIn(walk, '/profile');
    await step('profile', () => page.getByRole('heading', { name: 'Your Profile' }).waitFor());
    const profileUrl = page.url();
    await step('tokens-tab', () => follow(page, 'Personal Access Tokens'));
    const deleted = await generate(walk, 'first');
    const revoked = await generate(walk, 'second', 'Read-Write');

    await step('delete', () => row(page, 'first')
        .getByRole('button', { name: /Delete/ }).click());
    await step('yes-delete', async () => {
        await button(page, 'Yes, delete').click();
        await noDialog(page);
        await row(page, 'first').waitFor({ state: 'detached' });
    });
    const isSecondLeft = await row(page, 'second').waitFor().then(() => true);
    const all = await button(page, 'Revoke all').boundingBox();
    const heading = await page.getByRole('heading', { name: 'Personal Access Tokens' })
        .boundingBox();
    await step('revoke-all', () => button(page, 'Revoke all').click());
    await step('confirm', async () => {
        await page.getByRole('dialog').getByRole('button', { name: /Yes/ }).click();
        await page.getByText('No tokens yet').waitFor();
    });
    await page.goto('/profile/tokens');
    await step('profile-tokens', () =>
        button(page, 'Generate new token').waitFor());
    return { deleted, revoked, profileUrl, isSecondLeft,
             isRevokeAtTheRight: all.x > heading.x + heading.width / 2 && all.x > 640 };
}

// What the newcomer does: the setup link, a source, a webhook, live events by themselves.
export async function newcomer(walk) {
    const { page, step, clipboard, email, password } = walk;
    const { SETUP_LINK: link, HOOK: hook } = process.env;
    await step('setup-link', () => page.goto(link));
    await step('setup', async () => {
        await page.getByLabel('Organization name').fill('Analytical Engines');
        await page.getByLabel('Workspace name').fill('Production');
        await page.getByLabel('E-mail').fill(email);
        await page.getByLabel('Password').fill(password);
        await page.getByRole('button', { name: /set up|create|continue/i }).click();
        await page.getByRole('button', { name: 'Sign in' })
            .or(page.getByRole('navigation', { name: 'Main' })).first().waitFor();
    });
    if (await button(page, 'Sign in').isVisible()) {
        await signIn(walk);
    }
    await step('empty', () => page.getByRole('heading', { name: 'Connections' }).waitFor());
    await step('add-source', () =>
        page.getByRole('link', { name: 'Add source' }).first().click());
    await step('source-kind', () => page.getByRole('button', { name: /^.*Node\.js/ }).click());
    await step('source', async () => {
        await page.getByLabel('Source name').fill('web shop');
        await button(page, 'Create source').click();
        await page.getByText('Write key', { exact: true }).waitFor();
    });
    const writeKey = await copy(page, button(page, 'Copy Write key'), clipboard);
    await step('add-destination', () =>
        page.getByRole('link', { name: 'Add destination' }).first().click());
    await step('destination-kind', () =>
        page.getByRole('button', { name: 'Webhook', exact: true }).click(),
    );
    await page.getByLabel('Destination name').fill('our hook');
    await button(page, 'Continue').click();
    await step('connect', () => page.getByLabel('web shop').check());
    await button(page, 'Continue').click();
    await page.getByLabel('Webhook URL').fill(hook);
    await step('destination', async () => {
        await button(page, 'Create destination').click();
        await page.getByRole('heading', { name: 'our hook' }).waitFor();
    });
    await page.getByRole('link', { name: 'Sources', exact: true }).first().click();
    await page.getByRole('link', { name: /web shop/ }).first().click();
    await page.getByRole('link', { name: /Live events/i }).click();
    await step('live-events', async () => {
        await page.getByRole('status').filter({ hasText: /^Live$/ }).waitFor();
        await page.evaluate(async (key) => fetch('/v1/track', {
            method: 'POST', headers: { Authorization: `Basic ${btoa(`${key}:`)}` },
            body: JSON.stringify({ userId: 'ada', event: 'First Event' }) }), writeKey);
        await page.getByText('First Event').first().waitFor();
    });
    return { writeKey };
}

// An Admin invites somebody; the link's reader joins, signs in and is listed. The Admin removes
// her again, having seen the tokens that end with it, and the audit log tells all of it.
export async function inviting(walk) {
    const { page, step, clipboard, context } = walk;
    const guest = 'grace@example.com';
    const secret = 'a passphrase of one\'s own';
    await signIn(walk);
    await page.getByRole('link', { name: 'Settings' }).click();
    await step('users', async () => {
        await page.getByRole('link', { name: 'Users' }).click();
        await row(page, 'ada@example.com').waitFor();
    });
    await page.getByRole('link', { name: 'Invite users' }).click();
    await step('invite', async () => {
        await page.getByLabel('E-mail addresses').fill(`${guest}, somebody@example.com`);
        await button(page, 'Invite 2 people').click();
        await page.getByText('You will not be able to see a link again').waitFor();
    });
    const link = await copy(page, button(page, `Copy Link for ${guest}`), clipboard);
    await button(page, 'Done').click();
    await noDialog(page);
    await step('invitations', () => row(page, guest).waitFor());
    await step('cancel', async () => {
        await button(page, 'Cancel the invitation of somebody@example.com').click();
        await button(page, 'Yes, cancel it').click();
        await row(page, 'somebody@example.com').waitFor({ state: 'detached' });
    });

    const other = await (await context.browser().newContext({ baseURL: new URL(link).origin }))
        .newPage();
    other.setDefaultTimeout(PATIENCE_MS);
    await other.goto(link);
    await other.getByLabel('Your name').fill('Grace Hopper');
    await other.getByLabel('Password').fill(secret);
    await button(other, 'Join').click();
    await other.getByRole('link', { name: 'Sign in' }).click();
    await other.getByLabel('E-mail').fill(guest);
    await other.getByLabel('Password').fill(secret);
    await button(other, 'Sign in').click();
    await other.getByRole('link', { name: 'Settings' }).click();
    await other.getByRole('heading', { name: 'Account' }).waitFor();
    const isHidden = await other.getByRole('link', { name: 'Users' }).count() === 0;

    await step('joined', async () => {
        await noDialog(page);
        await follow(page, 'Users');
        await row(page, 'Grace Hopper').waitFor();
    });
    await step('remove', async () => {
        await page.getByRole('link', { name: 'Grace Hopper' }).click();
        await button(page, 'Remove from organization').click();
        await clickAndRead(page, 'Yes, remove', 'Grace Hopper was removed.');
        await row(page, 'ada@example.com').waitFor();
        await row(page, 'Grace Hopper').waitFor({ state: 'detached' });
    });
    await other.reload();
    await button(other, 'Sign in').waitFor();
    await step('audit', async () => {
        await page.getByRole('link', { name: 'Audit Logs' }).click();
        await row(page, guest).first().waitFor();
    });
    return { link, isHidden };
}

// Settings > Access Management > Migration: a file is refused, reviewed, thrown away, reviewed
// again, deployed; then the link of whoever has no password.
export async function migrating(walk) {
    const { page, step, clipboard } = walk;
    const choose = (text) => page.locator('input[type=file]').setInputFiles(
        { name: 'access.json', mimeType: 'application/json', buffer: Buffer.from(text) });
    const review = async () => {
        await choose(process.env.DOCUMENT);
        await button(page, 'Review').click();
        await page.getByRole('heading', { name: 'Review the migration' }).waitFor();
    };
    await signIn(walk);
    await page.getByRole('link', { name: 'Settings' }).click();
    await step('migration', () => follow(page, 'Migration'));
    await step('refused', async () => {
        await choose('{"members": [{"email": "grace@example.com", "role": "king"}]}');
        await button(page, 'Review').click();
        await page.getByText('members[0].role').waitFor();
    });
    await step('review', review);
    await step('reset', async () => {
        await button(page, 'Reset').click();
        await button(page, 'Yes, throw it away').click();
        await button(page, 'Review').waitFor();
    });
    await noDialog(page);
    await review();
    const tooWide = [];
    for (const scheme of ['light', 'dark'])
        for (const width of [1280, 390])
            await step(`review-${scheme}-${width}`, async () => {
                await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
                await page.setViewportSize({ width, height: 900 });
                await page.reload(); // as somebody comes who has such a screen
                await page.getByRole('heading', { name: 'Review the migration' }).waitFor();
                await page.waitForTimeout(150);
                const excess = await page.evaluate(() =>
                    document.documentElement.scrollWidth - window.innerWidth);
                if (excess > 0) tooWide.push(`${scheme} ${width}: ${excess} pixels`);
            });
    await page.setViewportSize({ width: 1280, height: 900 });
    const verdict = await row(page, 'notebook').innerText();
    await step('ask', async () => {
        await button(page, 'Deploy').click();
        await page.getByText('This cannot be undone').waitFor();
    });
    await step('deployed', async () => {
        await button(page, 'Yes, deploy it').click();
        await page.getByRole('heading', { name: 'The migration is deployed' }).waitFor();
    });
    const link = await copy(page, button(page, 'Copy grace@example.com'), clipboard);
    await button(page, 'Done').click();
    await step('done', () => button(page, 'Review').waitFor());
    return { link, verdict, tooWide };
}

// An Admin gives a group rights, and makes a workspace token that may make sources:
// name, Next, policy, Generate, the value once, Close.
export async function serviceToken(walk) {
    const { page, step, clipboard } = walk;
    await signIn(walk);
    await page.getByRole('link', { name: 'Settings' }).click();
    await step('groups', () => follow(page, 'Groups'));
    await step('create-group', async () => {
        await button(page, 'Create group').click();
        await page.getByLabel('Group name').fill('Analysts');
        await button(page, 'Create').click();
        await page.getByRole('heading', { name: 'Group Workspace Policies' }).waitFor();
    });
    await step('group-policy', async () => {
        await page.getByLabel('Destinations: Edit', { exact: true }).check();
        await clickAndRead(page, 'Save policy', 'The policy was saved.');
    });
    await step('tokens', () => follow(page, 'Service Access Tokens'));
    await follow(page, 'Workspace');
    await step('name', async () => {
        await button(page, 'Generate new token').click();
        await page.getByLabel('Token name').fill('nightly job');
    });
    await button(page, 'Next').click();
    await step('policy', () =>
        page.getByLabel('Event Stream Sources: Create & Delete', { exact: true }).check());
    await step('value', async () => {
        await button(page, 'Generate').click();
        await page.getByText('You will not be able to see this token again').waitFor();
    });
    const token = await copy(page, button(page, 'Copy Service access token'), clipboard);
    await button(page, 'Close').click();
    await step('listed', () => row(page, 'nightly job').waitFor());
    await forgotten(page, token);
    return { token };
}

// An Admin looks after tokens: takes a right from one, sees what a change of the baseline would
// do, asks what a token may, finds it in the inventory and revokes it, and sets a rule.
export async function lookAfter(walk) {
    const { page, step } = walk;
    await signIn(walk);
    await follow(page, 'Settings');
    await follow(page, 'Service Access Tokens');
    await follow(page, 'Workspace');
    await step('token', async () => {
        await page.getByRole('link', { name: 'nightly job' }).click();
        await page.getByRole('heading', { name: 'Values' }).waitFor();
    });
    await step('narrowed', async () => {
        await page.getByLabel('Destinations: Edit', { exact: true }).uncheck();
        await clickAndRead(page, 'Save policy', 'The policy was saved.');
    });
    await follow(page, 'Baseline Workspace Policies');
    await step('baseline', async () => {
        await page.getByLabel('Tracking Plans: Edit', { exact: true }).check();
        await page.getByRole('link', { name: '1 service access token' }).waitFor();
    });
    await follow(page, 'Simulator');
    await step('simulated', async () => {
        await page.getByLabel('Token', { exact: true })
            .selectOption({ label: await page.getByRole('option', { name: /nightly job/ })
                .first().textContent() });
        await row(page, /^Destinations: Edit Refused/).waitFor();
        await row(page, /^Event Stream Sources: Edit Allowed/).waitFor();
    });
    await follow(page, 'All Tokens');
    await step('revoked', async () => {
        await button(page, 'Revoke nightly job').click();
        await button(page, 'Yes, revoke').click();
        await noDialog(page);
        await page.getByText('No tokens', { exact: true }).waitFor();
    });
    await page.getByRole('group', { name: 'Organization' })
        .getByRole('link', { name: 'General' }).click();
    await step('ruled', async () => {
        await page.getByLabel('Inviting people').press('Space');
        await clickAndRead(page, 'Save rules', 'The rules were saved.');
    });
    return {};
}

// Somebody who may edit one source looks around.
export async function lacking(walk) {
    const { page, step } = walk;
    await signIn(walk);
    const greyed = {};
    const note = async (name) => {
        const refused = page.locator('[aria-label^="needs "]').filter({ hasText: name });
        greyed[name] = await refused.first().getAttribute('aria-label');
        const told = page.getByRole('tooltip').filter({ hasText: greyed[name] });
        const end = Date.now() + PATIENCE_MS;
        do { // what is drawn anew under the mouse does not know that it is there
            await page.mouse.move(0, 0);
            await refused.first().hover();
        } while (!await told.waitFor({ timeout: 5000 }).then(() => true, () => false)
                 && Date.now() < end);
        await told.waitFor();
    };
    await step('connections', () => note('Add destination'));
    await step('sources', () => note('Add source'));
    await page.getByRole('link', { name: /web shop/ }).first().click();
    await step('menu', () => button(page, 'More for this source').click());
    const item = (name) => page.getByRole('menuitem', { name });
    await item('Delete').waitFor();
    const [mayRename, mayDelete] = [await item('Rename').isEnabled(),
                                    await item('Delete').isEnabled()];
    await page.keyboard.press('Escape');
    await follow(page, 'Settings');
    await follow(page, 'Workspaces');
    await step('workspaces', () => note('Create workspace'));
    return { greyed, mayRename, mayDelete };
}

// Two people change a destination: the second is told who was first, and loses nothing that she
// typed. Then the first revision is looked at and brought back.
export async function together(walk) {
    const { page, step } = walk;
    const { WORKSPACE, DESTINATION } = process.env;
    await signIn(walk);
    await page.goto(`/w/${WORKSPACE}/destinations/${DESTINATION}/configuration`);
    await step('typed', () => page.getByLabel('Webhook URL').fill('http://127.0.0.1:9/mine'));
    await page.evaluate(async ([workspace, id]) => {
        const { csrfToken } = await (await fetch('/v2/session')).json();
        const answer = await fetch(`/v2/destinations/${id}`, {
            method: 'PUT', body: JSON.stringify({ name: 'renamed meanwhile' }),
            headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrfToken,
                       'X-Workspace-Id': workspace } });
        if (!answer.ok) throw new Error(await answer.text());
    }, [WORKSPACE, DESTINATION]);
    await step('told', async () => {
        await button(page, 'Save').click();
        await page.getByText('ada@example.com changed this destination').waitFor();
    });
    await step('merged', async () => {
        await button(page, 'Reload, keep what I typed').click();
        await clickAndRead(page, 'Save', 'The configuration was saved.');
    });
    await step('revisions', async () => {
        await follow(page, 'Revisions');
        await row(page, 'As it is now').waitFor();
    });
    await step('compared', async () => {
        await button(page, 'Compare revision 1').click();
        const difference = page.getByRole('dialog').locator('tr');
        await difference.filter({ hasText: 'Name' }).filter({ hasText: 'orders' }).waitFor();
        await difference.filter({ hasText: 'Webhook URL' }).filter({ hasText: '/mine' })
            .waitFor();
        await button(page, 'Close').click();
        await noDialog(page);
    });
    await step('restored', async () => {
        await button(page, 'Restore revision 1').click();
        await clickAndRead(page, 'Yes, restore', 'Revision 1 was restored.');
        await row(page, /^4 .*As it is now/).waitFor();
    });
    return {};
}

// On the map a source is connected and disconnected, with the keyboard; then a destination is not
// deleted while it is connected, made anew under another name, and switched off.
export async function connecting(walk) {
    const { page, step } = walk;
    await signIn(walk);
    const peersOf = (name) => page.locator('[data-node]', { hasText: name }).first();
    await step('connect', async () => {
        await button(page, 'Connections of web shop').press('Enter');
        await button(page, 'Connect archive').press('Enter');
        await button(page, 'Disconnect archive').waitFor();
        await page.keyboard.press('Escape');
        await noDialog(page);
        await peersOf('web shop').filter({ hasText: 'To orders, archive' }).waitFor();
    });
    await step('brought-out', async () => {
        await page.getByRole('link', { name: /^(..)?orders/ }).focus();
        await page.locator('[data-node][data-lit="true"]', { hasText: 'web shop' }).first()
            .waitFor();
    });
    await step('disconnect', async () => {
        await button(page, 'Connections of archive').click();
        await button(page, 'Disconnect web shop').click();
        await button(page, 'Yes, disconnect').click();
        await button(page, 'Connect web shop').waitFor();
        await page.keyboard.press('Escape');
        await noDialog(page);
    });
    await page.getByRole('link', { name: /^(..)?orders/ }).click();
    const choose = async (what) => {
        await button(page, 'More for this destination').click();
        await page.getByRole('menuitem', { name: what }).click();
    };
    await step('refused', async () => {
        await choose('Delete');
        await page.getByRole('link', { name: 'Disconnect it first' }).click();
        await noDialog(page);
        await page.getByRole('heading', { name: 'Connected sources' }).waitFor();
    });
    await step('clone', async () => {
        await choose('Clone');
        await page.getByText('have to be entered again: Headers').waitFor();
    });
    await button(page, 'Continue').click();
    await page.getByText('Whose events shall it get?').waitFor();
    await button(page, 'Continue').click();
    await step('cloned', async () => {
        await page.getByLabel('Headers, row 1: value').fill('another secret');
        await button(page, 'Create destination').click();
        await page.getByRole('heading', { name: 'orders (clone)' }).waitFor();
    });
    await step('disabled', async () => {
        await page.getByLabel('This destination is enabled').press('Space');
        await page.getByText('later ones are not sent').waitFor();
        await button(page, 'Yes, disable').click();
        await noDialog(page);
        await page.getByText('Disabled', { exact: true }).waitFor();
    });
    return {};
}

// Settings > Workspace > Credentials: an account is made, changed without its secret, deleted.
export async function credentials(walk) {
    const { page, step } = walk;
    const field = (name) => page.getByRole('textbox', { name, exact: true });
    await signIn(walk);
    await follow(page, 'Settings');
    await step('none', async () => {
        await follow(page, 'Credentials');
        await page.getByText('No accounts yet').waitFor();
    });
    await step('new', async () => {
        await button(page, 'New account').click();
        await page.getByLabel('Account name').fill('warehouse');
        await page.getByRole('textbox', { name: 'Account definition' }).fill('SOURCE_POSTGRES');
        await field('Host').fill('db.example.com');
        await field('Port').fill('many');
        await page.getByLabel('Password').fill('a secret of ours');
    });
    await step('incomplete', async () => {
        await button(page, 'Create account').click();
        await page.getByText('This is needed.').first().waitFor();
    });
    await step('wrong', async () => {
        await page.getByLabel('Database').fill('shop');
        await field('User').fill('reader');
        await button(page, 'Create account').click();
        await page.getByText('does not have the expected form').waitFor();
    });
    await step('made', async () => {
        await field('Port').fill('5432');
        await button(page, 'Create account').click();
        await row(page, 'warehouse').waitFor();
    });
    await forgotten(page, 'a secret of ours');
    await step('changed', async () => {
        await button(page, 'Edit warehouse').click();
        await page.getByLabel('Account name').fill('old warehouse');
        await button(page, 'Save').click();
        await row(page, 'old warehouse').waitFor();
    });
    await button(page, 'New account').click();
    await step('refused', async () => {
        await page.getByLabel('Account name').fill('lake');
        await page.getByRole('textbox', { name: 'Account definition' }).fill('SOURCE_LAKE');
        await page.getByLabel('Options').fill('host=db');
        await button(page, 'Create account').click();
        await page.getByText('This is not valid JSON.').waitFor();
        await page.keyboard.press('Escape');
        await noDialog(page);
    });
    await step('deleted', async () => {
        await button(page, 'Delete old warehouse').click();
        await button(page, 'Yes, delete').click();
        await page.getByText('No accounts yet').waitFor();
    });
    return {};
}

// A source that fetches its events: a run is started and stopped here, others are told of.
export async function runs(walk) {
    const { page, step } = walk;
    const { WORKSPACE, SOURCE, TOKEN } = process.env;
    const headers = { Authorization: `Bearer ${TOKEN}` };
    const last = page.getByRole('row').nth(1);
    await signIn(walk);
    await page.goto(`/w/${WORKSPACE}/sources/${SOURCE}/overview`);
    await step('none', async () => {
        await follow(page, 'Runs');
        await page.getByText('No runs yet').waitFor();
    });
    await step('running', async () => {
        await button(page, 'Start a run').click();
        await last.getByText('Running').waitFor();
    });
    await step('stopped', async () => {
        await button(page, 'Stop').click();
        await button(page, 'Yes, stop').click();
        await last.getByText('stopped by').waitFor();
        await noDialog(page);
    });
    await step('started-elsewhere', async () => {
        await page.request.post(`/v2/sources/${SOURCE}/start`,
            { headers, data: { parameters: ['--full'] } });
        await last.getByText('Running').waitFor();
    });
    await step('details', async () => {
        await last.getByRole('button', { name: 'Details' }).click();
        await page.getByText('--full').waitFor();
    });
    return { url: page.url() };
}

// Settings > Workspace > General: what tokens are told is switched off.
export async function secretAnswers(walk) {
    const { page, step } = walk;
    await signIn(walk);
    await follow(page, 'Settings');
    await follow(page, 'General');
    const theSwitch = page.getByLabel('Tell secrets to tokens that may edit the destination');
    const wasOn = await theSwitch.isChecked();
    await step('off', async () => {
        const message = 'No token gets secrets of destinations any more.';
        await reads(page, message, theSwitch.press('Space'));
        await theSwitch.and(page.locator(':not(:checked)')).waitFor();
    });
    return { wasOn };
}

// A source's settings: its events are shown to nobody any more.
export async function transientSource(walk) {
    const { page, step } = walk;
    const { WORKSPACE, SOURCE } = process.env;
    await signIn(walk);
    await page.goto(`/w/${WORKSPACE}/sources/${SOURCE}/settings`);
    await step('transient', async () => {
        await page.getByLabel('Transient events').press('Space');
        await page.getByText('Events of this source are not shown any more.').waitFor();
    });
    return { isOn: await page.getByLabel('Transient events').isChecked() };
}

// Settings > Workspace > Events: a name is blocked, messageIds are compared.
export async function eventRules(walk) {
    const { page, step } = walk;
    await signIn(walk);
    await follow(page, 'Settings');
    await follow(page, 'Events');
    await step('blocked', async () => {
        await page.getByRole('textbox', { name: 'Blocked names' }).fill('Mouse moved');
        await page.keyboard.press('Enter');
        await button(page, 'Save blocked names').click();
        await page.getByText('Blocked events were saved.').waitFor();
    });
    await step('compared', async () => {
        await page.getByLabel('Leave out events that came before').press('Space');
        await page.getByLabel('Remembered for, in minutes').fill('90');
        await button(page, 'Save deduplication').click();
        await page.getByText('Deduplication was saved.').waitFor();
    });
    return {};
}

// Settings > Workspace > User Suppression: two users are suppressed, one is let in again.
export async function suppression(walk) {
    const { page, step } = walk;
    await signIn(walk);
    await follow(page, 'Settings');
    await step('none', async () => {
        await follow(page, 'User Suppression');
        await page.getByText('Nobody is suppressed').waitFor();
    });
    await step('new', async () => {
        await button(page, 'Suppress users').click();
        await page.getByLabel('User IDs').fill('ada\nbob');
    });
    await step('made', async () => {
        await page.getByRole('dialog').getByRole('button', { name: 'Suppress' }).click();
        await noDialog(page);
        await row(page, 'ada').waitFor();
        await row(page, 'bob').waitFor();
    });
    await step('canceled', async () => {
        await button(page, 'Cancel for ada').click();
        await button(page, 'Yes, let them in').click();
        await noDialog(page);
        await row(page, 'ada').getByText('Canceled').waitFor();
    });
    return {};
}

// Every screen, wide and narrow, light and dark; tells which are wider than the window.
export async function tour({ page, step, email, password }) {
    const { WORKSPACE, SOURCE, DESTINATION, RUNNING } = process.env;
    const tooWide = [];
    const look = async (what) => {
        await page.waitForLoadState('load');
        await page.evaluate(() => document.fonts.ready);
        await page.waitForTimeout(150);
        const excess = await page.evaluate(() =>
            document.documentElement.scrollWidth - window.innerWidth);
        if (excess > 0) tooWide.push(`${what}: ${excess} pixels`);
    };
    await signIn({ page, step, email, password });
    const below = `/w/${WORKSPACE}`;
    const fronts = ['/forgot-password', '/reset-password#token=none']; // of no workspace
    const screens = [...fronts, '/connections', '/sources', '/sources/new', '/destinations',
                     '/destinations?type=WEBHOOK&status=enabled&connected=yes&sort=-name',
                     '/sources?q=nothing+fits',
                     '/destinations/new', '/directory/destinations', '/directory/sources',
                     '/destinations/new?type=POSTGRES', '/settings/profile',
                     '/settings/profile/tokens',
                     '/settings/profile/security', '/settings/workspace',
                     '/settings/workspace/credentials', '/settings/workspace/events',
                     '/settings/workspace/suppression',
                     '/settings/organization', '/settings/organization/workspaces',
                     '/settings/organization/usage',
                     '/settings/organization/audit-logs', '/settings/access/users',
                     '/settings/access/invitations', '/settings/access/invitations?invite=1',
                     '/settings/profile/access-policy', '/settings/access/groups',
                     '/settings/access/baseline-policies',
                     '/settings/access/service-access-tokens?level=workspace',
                     '/settings/access/migration',
                     '/settings/access/service-access-tokens', '/settings/access/tokens',
                     '/settings/access/simulator',
                     '/nowhere',
                     '/sources/new?type=Javascript', '/destinations/new?type=WEBHOOK',
                     ...['overview', 'setup', 'live-events', 'audit-logs', 'settings']
                         .map((tab) => `/sources/${SOURCE}/${tab}`),
                     `/sources/${RUNNING}/runs`,
                     ...['sources', 'transformation', 'configuration', 'live-events', 'delivery',
                         'revisions', 'audit-logs', 'settings']
                         .map((tab) => `/destinations/${DESTINATION}/${tab}`)];
    for (const scheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
        for (const width of [1280, 390]) {
            await page.setViewportSize({ width, height: 900 });
            for (const screen of screens) {
                const parts = screen.slice(1).replace(SOURCE, '').replace(DESTINATION, '')
                    .replace(RUNNING, '');
                const what = `${parts.replace(/\W+/g, '-')}-${scheme}-${width}`;
                await step(what, async () => {
                    await page.goto(fronts.includes(screen) ? screen : below + screen);
                    await look(what);
                });
            }
        }
    }
    return { tooWide };
}
