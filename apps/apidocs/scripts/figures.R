library(jsonlite)

pages <- list()
address <- "https://996.example.vn/api/v1/indicators/MT5/values/?period=2025&page_size=200"
while (!is.null(address)) {
  line <- url(address, headers = c(Authorization = paste("Bearer", Sys.getenv("TOKEN"))), encoding = "UTF-8")
  page <- fromJSON(paste(readLines(line, warn = FALSE), collapse = "\n"))
  close(line)
  if (length(page$results)) pages <- c(pages, list(page$results))
  address <- page[["next"]]
}
figures <- rbind_pages(pages)
print(figures[, c("unit_name", "value", "status")])
