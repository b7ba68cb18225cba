// The page as people use it, in a browser, with lars dev behind it.
//
//   page_test.mjs NODE_MODULES BUILD
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, build] = process.argv.slice(2).map((each) => resolve(each));
const { chromium } = await import(pathToFileURL(join(modules, 'playwright-core/index.mjs')));
const axe = readFileSync(join(modules, 'axe-core/axe.min.js'), 'utf8');
const lars = join(build, 'bin/lars');
const PASSWORD = 'correct horse battery';
const PATIENCE = 120_000;

const data = mkdtempSync(join(tmpdir(), 'lars-page-'));
const ports = ['dns', 'reporter', 'console', 'udp'].flatMap((name) => [`--${name}-port`, '0']);
const services = spawn(lars, ['dev', '--data', data, '--log-level', 'critical', ...ports], {
    stdio: ['ignore', 'pipe', 'inherit'],
});
const said = {};
for await (const line of createInterface({ input: services.stdout })) {
    const [word, ...rest] = line.split(' ');
    said[word] = rest.join(' ');
    if (word === 'ready') break;
}
const origin = new URL(said.console).origin;

function run(...words) {
    return execFileSync(lars, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

function host_of(module) {
    try {
        return JSON.parse(run('get-host', module, '--agent', said.agent, '--json')).host;
    } catch {
        return null;
    }
}

async function eventually(what, happens) {
    const until = Date.now() + PATIENCE;
    while (!(await happens())) {
        assert(Date.now() < until, what);
        await new Promise((done) => setTimeout(done, 50));
    }
}

const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
});
const problems = [];

async function open_browser(options = {}) {
    const context = await browser.newContext({ locale: 'en', ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    page.on('pageerror', (error) => problems.push(`${page.url()}: ${error.message}`));
    page.on('console', (message) => {
        if (message.type() === 'error' && /policy/i.test(message.text())) problems.push(message.text());
    });
    return page;
}

const button = (page, name) => page.getByRole('button', { name, exact: true });
const heading = (page, name) => page.getByRole('heading', { name });

/** Whatever axe finds that keeps somebody from using it. */
async function check_access(page, name) {
    // Past the page's policy, which lets no script in that isn't its own.
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    for (const each of violations) {
        if (['serious', 'critical'].includes(each.impact)) {
            problems.push(`${name}: ${each.help}: ${each.nodes[0].html}`);
        }
    }
}

async function api(page, method, path, body) {
    return page.evaluate(
        async ([method, path, body]) => {
            const session = await (await fetch('/api/v1/session')).json();
            const answer = await fetch(`/api/v1${path}`, {
                method,
                body: body && JSON.stringify(body),
                headers: { 'X-Lars-Csrf': session.csrf },
            });
            return { status: answer.status, body: await answer.json().catch(() => null) };
        },
        [method, path, body],
    );
}

const tests = [];
const test = (name, body) => tests.push([name, body]);
let page;

test('the link signs in, once, and isn’t kept in the address', async () => {
    page = await open_browser();
    await page.goto(said.console);
    await page.getByText('There are no modules yet').waitFor();
    assert.equal(new URL(page.url()).hash, '');
    const other = await open_browser();
    await other.goto(said.console);
    await heading(other, 'Sign in').waitFor();
    await other.getByText('used already').waitFor();
    await check_access(other, 'sign in');
    await other.context().close();
});

test('a new module is served by an agent', async () => {
    await page.getByRole('link', { name: 'New module' }).first().click();
    await page.getByLabel('Name').fill('payments');
    await page.getByLabel('Host, row 1').fill('10.0.0.1');
    await page.getByLabel('Port, row 1').fill('80');
    await button(page, 'Make the module').click();
    const begun = Date.now();
    await eventually('the agent serves it', () => host_of('payments') === '10.0.0.1');
    console.log(`served by the agent after ${Date.now() - begun} ms`);
    await heading(page, 'payments').waitFor();
    await check_access(page, 'module');
});

test('many endpoints are pasted, previewed and committed', async () => {
    await page.goto(`${origin}/modules/payments/edit`);
    await button(page, 'Paste lines').click();
    const lines = Array.from({ length: 30 }, (_, i) => `10.0.1.${i + 1}:80 50`);
    await page.getByLabel('One endpoint a line').fill(lines.join('\n'));
    await button(page, 'Take over 30 lines').click();
    await check_access(page, 'edit');
    await button(page, 'Preview').click();
    await heading(page, 'Added (30)').waitFor();
    await button(page, 'Commit').click();
    await page.getByText('Saved. Agents have it within a second.').first().waitFor();
    const module = await api(page, 'GET', '/modules/payments');
    assert.equal(module.body.endpoints.length, 31);
});

test('who edits what somebody else has edited is told, and may put it on top', async () => {
    await page.goto(`${origin}/modules/payments/edit`);
    await page.getByLabel('Weight, row 1', { exact: true }).fill('7');
    const { body: now } = await api(page, 'GET', '/modules/payments');
    const rows = now.endpoints.map(({ host, port, weight, zone, tags }) => ({ host, port, weight, zone, tags }));
    const theirs = [...rows, { host: '10.0.9.9', port: 80 }];
    const edited = await api(page, 'POST', '/modules/payments/edits', { etag: now.etag, endpoints: theirs });
    assert.equal(edited.status, 200);
    await button(page, 'Preview').click();
    await heading(page, 'Somebody else edited this meanwhile').waitFor();
    await button(page, 'Reapply mine on top').click();
    await button(page, 'Preview').click();
    await heading(page, 'Changed (1)').waitFor();
    await button(page, 'Commit').click();
    await page.getByText('Saved.').first().waitFor();
    const { body: after } = await api(page, 'GET', '/modules/payments');
    assert.equal(after.endpoints.length, 32);
    assert.equal(after.endpoints.find((each) => each.host === '10.0.0.1').weight, 7);
});

test('an edit is taken back from the history', async () => {
    await page.goto(`${origin}/history`);
    await check_access(page, 'history');
    await page.getByRole('button', { name: /^Undo/ }).first().click();
    await page.getByRole('dialog').getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Undone.').first().waitFor();
    const { body: after } = await api(page, 'GET', '/modules/payments');
    assert.equal(after.endpoints.find((each) => each.host === '10.0.0.1').weight, 100);
});

test('a drained endpoint gets no calls', async () => {
    run('route', 'add', 'drains', '10.2.0.1:80', '10.2.0.2:80', '--store', said.store);
    await page.goto(`${origin}/modules/drains/edit`);
    await button(page, 'Drain 10.2.0.1:80: no calls go to it').click();
    await button(page, 'Preview').click();
    await button(page, 'Commit').click();
    await page.getByText('Saved.').first().waitFor();
    await eventually('it gets none', () =>
        Array.from({ length: 6 }, () => host_of('drains')).every((host) => host === '10.2.0.2'),
    );
});

test('calls, errors and an alarm are seen as they come, without a reload', async () => {
    await page.goto(`${origin}/alarms`);
    const rule = { kind: 'error_rate', threshold: 0.1, for_s: 0, min_calls: 10, severity: 'page' };
    assert.equal((await api(page, 'POST', '/alarms', rule)).status, 201);
    await page.goto(`${origin}/`);
    const line = page.getByRole('row', { name: /drains/ });
    await line.waitFor();
    const call = () => run('simulate', 'drains', '--agent', said.agent, '--error-rate', '0.5', '--count', '200');
    call();
    await eventually('its errors are there', async () => /\d\d?\.\d %/.test(await line.innerText()));
    // Calls from before the rule was known aren't judged.
    await eventually('the alarm is there', async () => {
        call();
        return (await page.getByRole('link', { name: /^Alarms.*1/ }).count()) > 0;
    });
    await check_access(page, 'overview');
    await page.goto(`${origin}/alarms`);
    await page.getByText('firing').first().waitFor();
    await check_access(page, 'alarms');
});

test('a change made elsewhere is on an open page by itself', async () => {
    await page.goto(`${origin}/`);
    await page.getByRole('row', { name: /drains/ }).waitFor();
    const begun = Date.now();
    run('route', 'add', 'elsewhere', '10.3.0.1:80', '--store', said.store);
    await page.getByRole('row', { name: /elsewhere/ }).waitFor();
    console.log(`seen on the open page after ${Date.now() - begun} ms, with the command's own time`);
});

test('the other pages are there, on a phone and in Chinese too', async () => {
    for (const path of ['/held', '/system', '/accounts', '/modules/nothing']) {
        await page.goto(origin + path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await check_access(page, path);
    }
    await page.setViewportSize({ width: 360, height: 700 });
    await page.getByRole('combobox', { name: 'Language' }).selectOption('zh').catch(() => {});
    for (const path of ['/', '/modules/payments', '/modules/payments/edit', '/alarms', '/system']) {
        await page.goto(origin + path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        assert(width <= 360, `${path} is ${width} pixels wide`);
        await check_access(page, `${path} on a phone`);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
});

test('who may only read can’t edit, and signs in again when the session is over', async () => {
    const made = await api(page, 'POST', '/accounts', { name: 'reader', password: PASSWORD, roles: ['read'] });
    assert.equal(made.status, 201);
    const reader = await open_browser();
    await reader.goto(`${origin}/modules/payments/edit`);
    await reader.getByLabel('Account').fill('reader');
    await reader.getByLabel('Password').fill(PASSWORD);
    await button(reader, 'Sign in').click();
    await reader.getByText('Your account may read only').waitFor();
    assert.equal(await button(reader, 'Preview').count(), 0);
    assert.equal((await api(reader, 'DELETE', '/session')).status, 204);
    await reader.goto(`${origin}/alarms`);
    await heading(reader, 'Sign in').waitFor();
    await reader.context().close();
});

let failed = 0;
try {
    for (const [name, body] of tests) {
        try {
            await body();
            console.log(`ok  ${name}`);
        } catch (error) {
            ++failed;
            console.log(`FAILED  ${name}: ${error.stack}`);
            await page?.screenshot({ path: process.env.LARS_SHOT ?? join(data, 'failed.png') }).catch(() => {});
            break;
        }
    }
} finally {
    await browser.close();
    services.kill('SIGTERM');
    await new Promise((done) => services.once('exit', done));
    rmSync(data, { recursive: true, force: true });
}
for (const each of problems) console.log(`PROBLEM  ${each}`);
process.exit(failed + problems.length > 0 ? 1 : 0);
