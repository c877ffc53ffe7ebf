// Opens a report in headless Chromium and says what is wrong with it, a line each; exit code 1 if anything is.
//
//   node check.mjs CHROMIUM FOLDER [SHOTS]
//
// FOLDER holds report.html and, of the same scan, scan.json and scan.sarif. With SHOTS, pictures are left there.

import { createRequire } from "node:module";
import fs from "node:fs";
import path from "node:path";
import { chromium } from "playwright-core";

const [chromiumName, folder, shots] = process.argv.slice(2);
// A bare name is looked up as a shell does.
const chromiumPath = chromiumName.includes("/") ? chromiumName
  : process.env.PATH.split(path.delimiter).map((d) => path.join(d, chromiumName)).find((p) => fs.existsSync(p));
const page_ = "file://" + path.resolve(folder, "report.html");
const axe = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const json = JSON.parse(fs.readFileSync(path.join(folder, "scan.json"), "utf8"));
const sarif = JSON.parse(fs.readFileSync(path.join(folder, "scan.sarif"), "utf8"));

const wrong = [];
const check = (holds, words) => { if (!holds) wrong.push(words); };
const same = (a, b) => JSON.stringify([...a].sort()) === JSON.stringify([...b].sort());

const browser = await chromium.launch({
  executablePath: chromiumPath,
  // A container's user is root, for whom Chromium has no sandbox.
  args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
});

/// A page of its own, in which every request and complaint is noted.
async function open(options, url = page_) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const what = JSON.stringify(options);
  page.on("request", (r) => { if (r.url().split("#")[0] !== page_) wrong.push(`${what}: request ${r.url()}`); });
  page.on("console", (m) => wrong.push(`${what}: console ${m.type()}: ${m.text()}`));
  page.on("pageerror", (e) => wrong.push(`${what}: ${e.message}`));
  page.on("dialog", (d) => { wrong.push(`${what}: a dialog opened: ${d.message()}`); d.dismiss(); });
  await page.goto(url);
  return page;
}

const shot = async (page, name, fullPage = false) => {
  if (shots) await page.screenshot({ path: path.join(shots, name + ".png"), fullPage });
};
const visible = (page) => page.locator(".finding:visible").count();
const prints = (findings) => new Set(findings.map((f) => f.fingerprint));

// 1. The ids are those of JSON and SARIF.
{
  const page = await open({});
  const ids = await page.evaluate(() =>
    [...document.querySelectorAll("[id]")].map((e) => e.id).filter((id) => /^[0-9a-f]{32}$/.test(id)));
  const results = sarif.runs[0].results.filter((r) => r.baselineState !== "absent");
  const listed = [...json.findings, ...json.ignored, ...(json.baseline?.unchanged ?? [])];
  check(same(new Set(ids), prints(listed)), "the ids differ from the fingerprints in JSON");
  check(same(new Set(ids), new Set(results.map((r) => r.partialFingerprints["palisade/v1"]))),
    "the ids differ from the fingerprints in SARIF");
  check(ids.length === new Set(ids).size, "an id stands twice");
  const cards = await page.evaluate(() => [...document.querySelectorAll(".finding[id]")].map((e) => e.id));
  check(same(new Set(cards), prints(json.findings)), "the cards are not the findings");
  check(await page.locator(".finding").count() === json.findings.length, "a finding has no card");
  await shot(page, "light", true);
  await page.context().close();
}

// 2. The filter: severity, rule, function, text, together and back.
if (json.findings.length > 0) {
  const page = await open({});
  const all = json.findings.length;
  check(await visible(page) === all, "not all findings are shown at first");
  const severities = [...new Set(json.findings.map((f) => f.severity))];
  for (const severity of severities) {
    const n = json.findings.filter((f) => f.severity === severity).length;
    await page.uncheck(`input[name=severity][value=${severity}]`);
    check(await visible(page) === all - n, `the filter by severity ${severity} is wrong`);
    const words = n === 1 && all === 1 ? "0 of 1" : `${all - n} of ${all}`;
    check((await page.textContent("#shown")).startsWith(words), `the count of shown findings is wrong: ${words}`);
    await page.check(`input[name=severity][value=${severity}]`);
  }
  for (const severity of severities) await page.uncheck(`input[name=severity][value=${severity}]`);
  check(await page.isVisible("#none"), "an empty result is not said");
  await page.click("#clear");
  check(await visible(page) === all, "the filter cannot be cleared");
  const rule = json.findings[0].rule;
  await page.selectOption("#rule", rule);
  check(await visible(page) === json.findings.filter((f) => f.rule === rule).length, "the filter by rule is wrong");
  await shot(page, "filtered");
  await page.click("#clear");
  const group = await page.locator(".group").first();
  const inGroup = await group.locator(".finding").count();
  await page.selectOption("#group", await group.getAttribute("id"));
  check(await visible(page) === inGroup, "the filter by function is wrong");
  await page.click("#clear");
  await page.keyboard.press("Escape");
  await page.locator("body").click({ position: { x: 2, y: 300 } });
  await page.keyboard.press("/");
  check(await page.evaluate(() => document.activeElement.id) === "words", "`/` does not lead to the search");
  await page.keyboard.type(json.findings[0].fingerprint.slice(0, 12));
  await page.waitForFunction(() => document.getElementById("shown").textContent.includes("of")
    || document.querySelectorAll(".finding").length === 1);
  check(await visible(page) >= 1 && (all === 1 || await visible(page) < all), "the search finds nothing or everything");
  await page.click("#clear");
  // Folding, and a link into what is folded.
  await page.click("#unfold");
  if (await page.locator(".finding details[open]").count() > 0) await page.click("#unfold");
  check(await page.locator(".finding details[open]").count() === 0, "the findings cannot be closed at once");
  await page.evaluate((id) => { location.hash = id; }, json.findings[0].fingerprint);
  await page.waitForTimeout(100);
  check(await page.locator(`[id="${json.findings[0].fingerprint}"] > details[open]`).count() === 1,
    "a link to a finding does not open it");
  await page.context().close();
}

// 3. Without scripts everything is there, and nothing of the filter.
{
  const page = await open({ javaScriptEnabled: false });
  check(await visible(page) === json.findings.length, "without scripts a finding is hidden");
  check(!(await page.isVisible("#filter")) && !(await page.isVisible("#theme")),
    "without scripts a control is shown that does nothing");
  const bodies = await page.locator(".finding .body:visible").count();
  check(bodies >= Math.min(json.findings.length, 40), "without scripts a finding shows nothing of itself");
  await shot(page, "without-scripts", true);
  await page.context().close();
}

// 4. Barriers (axe-core) and overflow, in both themes and at both ends of the widths.
for (const colorScheme of ["light", "dark"]) {
  for (const width of [360, 1920]) {
    const page = await open({ colorScheme, viewport: { width, height: 900 } });
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    check(beyond <= 0, `${colorScheme}, ${width}: the page is ${beyond} pixels too wide`);
    const context = page.context();
    await page.evaluate(() => document.querySelectorAll("details").forEach((d, n) => { if (n < 60) d.open = true; }));
    // The policy of the page forbids other scripts than its own; the debugger's are not asked.
    await page.evaluate(axe);
    const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    for (const v of found.violations.filter((v) => ["serious", "critical"].includes(v.impact))) {
      wrong.push(`${colorScheme}, ${width}: ${v.id}: ${v.nodes[0].html.slice(0, 160)} ${v.nodes[0].failureSummary ?? ""}`);
    }
    await shot(page, `${colorScheme}-${width}`);
    await context.close();
  }
}

// 5. The theme can be chosen against that of the system.
{
  const page = await open({ colorScheme: "dark" });
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await paper();
  await page.click("#theme");
  check(await paper() !== dark, "the light theme cannot be chosen on a dark system");
  check((await page.textContent("#theme")) === "Theme: light", "the button does not say the theme");
  await page.click("#theme");
  check(await paper() === dark, "the dark theme cannot be chosen");
  await shot(page, "dark", true);
  await page.context().close();
}

// 6. Everything can be reached by keyboard, and it is seen where one is.
{
  const page = await open({});
  await page.keyboard.press("Tab");
  check(await page.evaluate(() => document.activeElement.className) === "skip", "the first stop is not the skip link");
  const total = await page.locator("a[href], button, input, select, summary").count();
  const stops = new Set();
  for (let n = 0; n < Math.min(total, 60); n += 1) {
    await page.keyboard.press("Tab");
    stops.add(await page.evaluate(() => {
      const at = document.activeElement;
      const style = getComputedStyle(at);
      return `${at.tagName} ${style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0}`;
    }));
  }
  check(![...stops].some((s) => s.endsWith("false") && !s.startsWith("BODY")), `a stop is not seen: ${[...stops]}`);
  if (json.findings.length > 0) check(stops.has("SUMMARY true"), "findings cannot be opened by keyboard");
  await page.context().close();
}

// 7. Paper shows what is folded.
if (json.findings.length > 0) {
  const page = await open({});
  await page.evaluate(() => document.querySelectorAll("details").forEach((d) => { d.open = false; }));
  await page.emulateMedia({ media: "print" });
  const body = page.locator(".finding .body").first();
  check(await body.evaluate((e) => e.checkVisibility({ contentVisibilityAuto: false }) && e.offsetHeight > 0), "print hides a folded finding");
  check(!(await page.isVisible(".side")), "print shows the filter");
  await page.context().close();
}

await browser.close();
for (const line of wrong) console.error(line);
process.exit(wrong.length > 0 ? 1 : 0);
