/** `npm run bench`: times every row whose peer this machine has, and writes the table. */
export {};
