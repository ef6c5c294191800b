"""The floor of a page's time: the same page as somebody would write it by hand.

A plain function behind the same middleware. It sends the statements that the page sends, by a cursor, fetches all their
rows, and writes what repeats on the page out of these: the rows of the two lists by one plain template each; bars,
tiles, options and the small tables of the pages of figures by string formatting. What stands on the page once (head,
menu, headings, filters, sentences, a drawing) it takes as it is: a constant. It makes no objects, builds no statement,
asks for no right, checks no parameter and knows one page of one person, so no real view comes down to it. That its page
is the same, letter by letter but for the blanks between tags, is asserted before any time is taken.
"""
