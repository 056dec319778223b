// Takes the README's pictures of a report: pictures.mjs ADDRESS FOLDER
import { chromium } from "playwright-core";

const [address, folder] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars"],
});
const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
await page.goto(address);
await page.screenshot({ path: `${folder}/report.png` });
// The search box would lie across a picture taken further down.
await page.addStyleTag({ content: ".tools { display: none !important; }" });
for (const [picture, name] of [["heat", "matrix"], ["dots", "map"]]) {
  const box = page.locator(`#${picture}`);
  await box.scrollIntoViewIfNeeded();
  await page.waitForFunction((id) => document.querySelector(`#${id} canvas`), picture);
  await page.waitForTimeout(500);
  await box.screenshot({ path: `${folder}/report-${name}.png` });
}
await browser.close();
