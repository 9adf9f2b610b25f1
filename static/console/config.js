// What the server says of this page when it is opened.

export const config = JSON.parse(document.getElementById("console-config").textContent);
