// What screen readers stumble over in Django's admin: fields of a list without a name, named icons
// without a role, headings without words.
function nameFieldsOfLists() {
  for (const row of document.querySelectorAll("#result_list tbody tr")) {
    const what = row.querySelector("th")?.textContent.trim();
    for (const field of row.querySelectorAll("td:not(.action-checkbox) :is(input:not([type=hidden]), select)")) {
      const column = field.closest("table").tHead.rows[0].cells[field.closest("td").cellIndex];
      field.setAttribute("aria-label", `${column.querySelector(".text").textContent.trim()}, ${what}`);
    }
  }
}

function giveIconsARole() {
  for (const mark of document.querySelectorAll(".help-tooltip[aria-label]")) mark.setAttribute("role", "img");
}

function dropEmptyHeadings() {
  for (const heading of document.querySelectorAll("thead th:empty")) {
    const cell = document.createElement("td");
    cell.className = heading.className;
    heading.replaceWith(cell);
  }
}

// On "load", since Django's own scripts draw some of it only then.
addEventListener("load", () => {
  nameFieldsOfLists();
  giveIconsARole();
  dropEmptyHeadings();
});
