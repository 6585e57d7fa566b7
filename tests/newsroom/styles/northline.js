// Fills the page of a story whose text isn't in it: asks the paper's own interface and sets what comes.
(async () => {
  const place = document.querySelector("[data-article]");
  const answer = await fetch(`/api/article/${place.dataset.article}`);
  if (!answer.ok) { place.textContent = "Not found"; return; }
  const story = await answer.json();
  const add = (tag, text) => { const made = document.createElement(tag); made.textContent = text; place.append(made); };
  document.title = `${story.title} | Northline`;
  add("h1", story.title);
  add("p", story.deck);
  for (const piece of story.body) add(piece.type, piece.text);
})();
