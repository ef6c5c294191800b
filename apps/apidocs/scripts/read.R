library(jsonlite)

ask <- function(address) {
  line <- url(address, headers = c(Authorization = paste("Bearer", Sys.getenv("TOKEN"))), encoding = "UTF-8")
  on.exit(close(line))
  fromJSON(paste(readLines(line, warn = FALSE), collapse = "\n"))
}

units <- list()
address <- "https://996.example.vn/api/v1/units/?cursor=&page_size=200"
while (!is.null(address)) {
  page <- ask(address)
  units <- c(units, page$results$id)
  address <- page[["next"]]
}
print(length(units))
