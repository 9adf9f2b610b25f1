// Timers of a hidden page are slowed down to one a minute; those of a worker are not.

setInterval(() => postMessage(null), 500);
