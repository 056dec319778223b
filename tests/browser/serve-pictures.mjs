// Takes the pictures of docs/serve.md. Usage: serve-pictures.mjs ADDRESS FOLDER, with a server over the shipped corpus.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [address, folder] = process.argv.slice(2);
const base = address.replace(/\/$/, "");
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars"],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
const take = (name) => page.screenshot({ path: `${folder}/serve-${name}.png` });

await page.goto(`${base}/?q=make+it+cheaper+to+send+money+home`);
await page.locator("#hit-1 summary").click();
await take("search");

const { themes } = await (await fetch(`${base}/api/v1/themes?limit=2`)).json();
await page.goto(`${base}/themes/${themes[1].id}`);
await page.locator("input[name='member']").nth(1).check();
await take("theme");

await page.goto(`${base}/pairs?cross_agency=1`);
await page.click("text=Decide on uncertain pairs");
await page.waitForURL(/pair\?/);
await take("pair");

await page.goto(`${base}/map?area=500,500;2600,500;2600,2600;500,2600`);
await page.waitForFunction(() => document.querySelector(".lasso polygon")?.getAttribute("points"));
await page.waitForTimeout(500);
await take("map");

const source = join(mkdtempSync(join(tmpdir(), "concord-")), "Annual report.md");
writeFileSync(source, `# Annual report of the Migration Council

## What we saw

In 2024 the price of sending money home rose again in nine of the twelve corridors that we follow.

## Recommendations

1. Governments should reduce the cost of remittances to less than three per cent by 2030.
2. Recruitment agencies should not charge fees to workers.
3. States should train border guards in the rights of children.

## Thanks

The Council thanks its members for their work.
`);
await page.goto(`${base}/documents`);
await page.setInputFiles("#files", source);
await page.fill("#agency", "Migration Council");
await page.click("button:has-text('Add')");
await page.waitForURL(/documents\/Annual/);
await take("document");
await page.click("button:has-text('Remove this document')");

await page.goto(`${base}/draft`);
await page.fill("#text", "States should conclude bilateral agreements by 2027 that make social security benefits portable.\n\nCountries should not permit family unification for temporary migrants.\n\nPort authorities should publish the noise levels of cruise ships.");
await page.click("button:has-text('Check')");
await page.waitForURL(/draft\/\d+$/, { timeout: 120_000 });
await take("draft");
await browser.close();
