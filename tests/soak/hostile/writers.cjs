// As writers.py, by libraries of npm: node writers.cjs LIBRARY TABLE.json FILE. With "again" in the library's name the
// table is a workbook, which is read and written again.
const fs = require("fs");
const { createRequire } = require("module");
const load = createRequire(process.env.WRITERS_MODULES + "/x.js");
const [library, table, file] = process.argv.slice(2);
const isDay = (value) => value && typeof value === "object";
const lines = () => JSON.parse(fs.readFileSync(table));

function sheetjs(type) {
  const xlsx = load("xlsx");
  if (library.includes("again")) {
    return xlsx.writeFile(xlsx.readFile(table, { cellDates: true, cellNF: true, cellStyles: true }), file, { bookType: type });
  }
  const rows = lines().map((line) => line.map((value) => (isDay(value) ? new Date(value.day + "T00:00:00Z") : value)));
  const sheet = xlsx.utils.aoa_to_sheet(rows, { dateNF: "dd/mm/yyyy", UTC: true });
  const book = xlsx.utils.book_new();
  xlsx.utils.book_append_sheet(book, sheet, "Dữ liệu");
  xlsx.writeFile(book, file, { bookType: type, bookSST: library.includes("shared") });
}

async function exceljs() {
  const { Workbook } = load("exceljs");
  const book = new Workbook();
  if (library.includes("again")) {
    await book.xlsx.readFile(table);
  } else {
    const sheet = book.addWorksheet("Dữ liệu");
    for (const line of lines()) {
      const row = sheet.addRow(line.map((value) => (isDay(value) ? new Date(value.day + "T00:00:00Z") : value)));
      line.forEach((value, at) => isDay(value) && (row.getCell(at + 1).numFmt = "dd/mm/yyyy"));
    }
  }
  await book.xlsx.writeFile(file);
}

async function populate() {
  const populate = load("xlsx-populate");
  const book = library.includes("again") ? await populate.fromFileAsync(table) : await populate.fromBlankAsync();
  if (!library.includes("again")) {
    lines().forEach((line, row) =>
      line.forEach((value, at) => {
        const cell = book.sheet(0).cell(row + 1, at + 1);
        if (isDay(value)) cell.value(new Date(value.day + "T00:00:00")).style("numberFormat", "dd/mm/yyyy");
        else if (value !== null) cell.value(value);
      }),
    );
  }
  await book.toFileAsync(file);
}

const type = { ods: "ods", xls: "biff8", xlsx: "xlsx", csv: "csv" }[file.split(".").pop()];
const writer = library.startsWith("SheetJS") ? () => sheetjs(type) : library.startsWith("exceljs") ? exceljs : populate;
Promise.resolve(writer()).catch((error) => { console.error(error); process.exit(1); });
