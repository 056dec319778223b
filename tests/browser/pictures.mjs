// Takes the pictures of a report for the README. Usage: pictures.mjs ADDRESS FOLDER
import { chromium } from "playwright-core";

const [address, folder] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars"],
});
const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
await page.goto(address);
await page.screenshot({ path: `${folder}/report.png` });
// The search box would cover part of the map.
await page.addStyleTag({ content: ".tools { display: none !important; }" });
const map = page.locator("#dots");
await map.scrollIntoViewIfNeeded();
await page.waitForFunction(() => document.querySelector("#dots canvas"));
await page.waitForTimeout(500);
await map.screenshot({ path: `${folder}/report-map.png` });
await browser.close();
